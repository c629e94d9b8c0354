#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

// One stored (not compressed) entry of a zip file.
struct ZipEntry {
  std::uint64_t offset = 0;  // bytes from the start of the file to the entry's data
  std::uint64_t size = 0;    // bytes
  std::uint32_t crc32 = 0;   // as the central directory says; see crc_holds
};

// A zip file mapped read-only, with the names of its entries relative to its single root folder.
// PyTorch writes all entries stored and aligned, so that a weight can be used where it lies.
class ZipArchive {
 public:
  // Throws Error{"load.archive"} when the file can't be read, is no zip file, is cut off, or holds
  // compressed, encrypted, repeated or overlapping entries, or entries outside one root folder.
  explicit ZipArchive(const std::filesystem::path& path);
  // The same over bytes in memory, which must outlive the archive; `name` stands for the path in
  // messages.
  ZipArchive(std::span<const std::byte> bytes, std::string name);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  const std::string& name() const { return name_; }
  // "data/weights/weight_0" -> entry; ordered by name.
  const std::map<std::string, ZipEntry, std::less<>>& entries() const { return entries_; }
  // nullptr when there is none.
  const ZipEntry* find(std::string_view entry_name) const;
  std::string_view bytes(const ZipEntry& entry) const;
  // The entry's text after its CRC was checked. Throws Error{"load.archive"} when it is missing or
  // damaged.
  std::string_view text(std::string_view entry_name) const;
  bool crc_holds(const ZipEntry& entry) const;

 private:
  void read_directory();

  std::string name_;
  std::span<const std::byte> bytes_;
  void* mapping_ = nullptr;  // nullptr when the bytes belong to the caller
  std::map<std::string, ZipEntry, std::less<>> entries_;
};

}  // namespace strata
