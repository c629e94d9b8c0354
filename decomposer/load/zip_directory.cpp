// Layouts: PKWARE's APPNOTE.TXT, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14
// to 4.3.16 (its end), 4.5.3 (64-bit fields). Numbers are little-endian.

#include "decomposer/load/zip_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kDirectoryHeader = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr std::uint64_t kLocalSize = 30;
constexpr std::uint64_t kDirectorySize = 46;
constexpr std::uint64_t kEndSize = 22;
constexpr std::uint64_t kEnd64Size = 56;
constexpr std::uint64_t kLocatorSize = 20;
constexpr std::uint64_t kLongestComment = 0xFFFF;
constexpr std::uint64_t kIn64Bits = 0xFFFFFFFF;  // the number stands in a 64-bit field elsewhere
constexpr std::uint16_t kField64 = 1;
constexpr std::uint16_t kEncrypted = 1U << 0;
constexpr std::uint16_t kSizesBehindData = 1U << 3;

struct Directory {
  std::uint64_t start = 0;
  std::uint64_t size = 0;
  std::uint64_t entries = 0;
};

class DirectoryReader {
 public:
  DirectoryReader(std::span<const std::byte> file, const std::string& name)
      : file_(file), name_(name) {}

  std::vector<ZipRecord> read() const {
    const Directory directory = find();
    std::vector<ZipRecord> records;
    records.reserve(std::min<std::uint64_t>(directory.entries, directory.size / kDirectorySize));
    const std::uint64_t end = directory.start + directory.size;
    std::uint64_t at = directory.start;
    for (std::uint64_t i = 0; i < directory.entries; ++i) {
      if (end - at < kDirectorySize) damaged("the directory is shorter than its entries");
      records.push_back(read_entry(at, end));
    }
    if (at != end) damaged("the directory is longer than its entries");
    return records;
  }

 private:
  [[noreturn]] void damaged(std::string_view what) const {
    throw Error(
        "load.archive",
        fmt::format("{}: {}; the file is damaged or not written by torch.export.save; export the "
                    "model again",
                    name_, what));
  }

  void require(std::uint64_t at, std::uint64_t size) const {
    if (at > file_.size() || size > file_.size() - at) damaged("the zip file ends too early");
  }

  template <typename T>
  T number(std::uint64_t at) const {
    require(at, sizeof(T));
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(value | static_cast<T>(static_cast<T>(file_[at + i]) << (8 * i)));
    }
    return value;
  }
  std::uint16_t u16(std::uint64_t at) const { return number<std::uint16_t>(at); }
  std::uint32_t u32(std::uint64_t at) const { return number<std::uint32_t>(at); }
  std::uint64_t u64(std::uint64_t at) const { return number<std::uint64_t>(at); }

  std::string_view text(std::uint64_t at, std::uint64_t size) const {
    require(at, size);
    return {reinterpret_cast<const char*>(file_.data()) + at, size};
  }

  // The end record lies right before the file's end, but for a comment whose length it holds.
  std::optional<std::uint64_t> find_end() const {
    if (file_.size() < kEndSize) return std::nullopt;
    const std::uint64_t last = file_.size() - kEndSize;
    for (std::uint64_t back = 0; back <= std::min(last, kLongestComment); ++back) {
      if (u32(last - back) == kEnd && u16(last - back + 20) == back) return last - back;
    }
    return std::nullopt;
  }

  Directory find() const {
    const auto end = find_end();
    if (!end) {
      throw Error(
          "load.archive",
          fmt::format("{}: a .pt2 archive is a zip file; got {} bytes without a zip directory at "
                      "their end; the file is cut off, or not written by torch.export.save",
                      name_, file_.size()));
    }
    Directory directory{u32(*end + 16), u32(*end + 12), u16(*end + 10)};
    std::uint64_t limit = *end;
    if (*end >= kLocatorSize && u32(*end - kLocatorSize) == kEnd64Locator) {
      limit = u64(*end - kLocatorSize + 8);
      require(limit, kEnd64Size);
      if (u32(limit) != kEnd64)
        damaged("the 64-bit end of the directory is not where it should be");
      directory = {u64(limit + 48), u64(limit + 40), u64(limit + 32)};
    }
    if (directory.start > limit || directory.size > limit - directory.start) {
      damaged("the directory doesn't lie before its end");
    }
    return directory;
  }

  ZipRecord read_entry(std::uint64_t& at, std::uint64_t end) const {
    if (u32(at) != kDirectoryHeader) damaged("an entry of the directory is damaged");
    const std::uint16_t flags = u16(at + 8);
    const std::uint16_t method = u16(at + 10);
    const std::uint64_t name_size = u16(at + 28);
    const std::uint64_t extra_size = u16(at + 30);
    const std::uint64_t comment_size = u16(at + 32);
    if (end - at - kDirectorySize < name_size + extra_size + comment_size)
      damaged("an entry of the directory is cut off");
    ZipRecord record;
    record.name = text(at + kDirectorySize, name_size);
    record.crc32 = u32(at + 16);
    record.size = u32(at + 20);
    record.original = u32(at + 24);
    std::uint64_t header = u32(at + 42);
    read_64bit_fields(at + kDirectorySize + name_size, extra_size,
                      {&record.original, &record.size, &header});
    record.stored = method == 0 && (flags & kEncrypted) == 0 && record.size == record.original;
    record.offset = data_of(record, header);
    at += kDirectorySize + name_size + extra_size + comment_size;
    return record;
  }

  // Replaces the numbers that say so, in this order, by those of the extra field with 64-bit
  // numbers.
  void read_64bit_fields(std::uint64_t at, std::uint64_t size,
                         std::initializer_list<std::uint64_t*> numbers) const {
    const std::uint64_t end = at + size;
    while (end - at >= 4) {
      const std::uint16_t kind = u16(at);
      const std::uint64_t field = u16(at + 2);
      at += 4;
      if (field > end - at) damaged("an extra field is cut off");
      if (kind == kField64) {
        std::uint64_t next = at;
        for (std::uint64_t* number : numbers) {
          if (*number != kIn64Bits) continue;
          if (at + field - next < 8) damaged("a 64-bit field is cut off");
          *number = u64(next);
          next += 8;
        }
      }
      at += field;
    }
  }

  // Where the entry's data starts; its own header must tell the same as the directory.
  std::uint64_t data_of(const ZipRecord& record, std::uint64_t header) const {
    require(header, kLocalSize);
    const std::uint64_t name_size = u16(header + 26);
    const bool agrees =
        u32(header) == kLocalHeader && text(header + kLocalSize, name_size) == record.name;
    const bool sizes_here = (u16(header + 6) & kSizesBehindData) == 0;
    const auto same = [](std::uint64_t here, std::uint64_t there) {
      return here == there || here == kIn64Bits;
    };
    if (!agrees ||
        (sizes_here && (u32(header + 14) != record.crc32 || !same(u32(header + 18), record.size) ||
                        !same(u32(header + 22), record.original)))) {
      damaged(fmt::format("the header of entry '{}' differs from the directory", record.name));
    }
    const std::uint64_t data = header + kLocalSize + name_size + u16(header + 28);
    if (data > file_.size() || record.size > file_.size() - data) {
      damaged(fmt::format("entry '{}' reaches beyond the end of the file: {} bytes at {} of {}",
                          record.name, record.size, data, file_.size()));
    }
    return data;
  }

  std::span<const std::byte> file_;
  const std::string& name_;
};

}  // namespace

std::vector<ZipRecord> read_zip_directory(std::span<const std::byte> file,
                                          const std::string& name) {
  return DirectoryReader(file, name).read();
}

}  // namespace strata
