#include "decomposer/load/zip_archive.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "decomposer/load/zip_directory.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

[[noreturn]] void refuse(const std::string& archive, const std::string& message) {
  throw Error("load.archive", fmt::format("{}: {}", archive, message));
}

constexpr std::string_view kExportAgain =
    "the file is damaged or not written by torch.export.save; export the model again";

// "gpt2/data/weights/weight_0" -> {"gpt2", "data/weights/weight_0"}
std::pair<std::string_view, std::string_view> split_root(std::string_view full) {
  const std::size_t slash = full.find('/');
  if (slash == std::string_view::npos) return {"", full};
  return {full.substr(0, slash), full.substr(slash + 1)};
}

}  // namespace

ZipArchive::ZipArchive(const std::filesystem::path& path) : name_(path.string()) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    refuse(name_, fmt::format("the archive must be readable; got '{}'; check the path",
                              std::strerror(errno)));
  }
  struct stat status{};
  const bool regular = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  if (regular && status.st_size > 0) {
    void* start =
        ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_PRIVATE, file, 0);
    if (start != MAP_FAILED) mapping_ = start;
  }
  const int mapping_error = errno;
  ::close(file);
  if (!regular) refuse(name_, "a .pt2 archive is a regular file; got a folder or a device");
  if (status.st_size == 0) refuse(name_, fmt::format("the file is empty; {}", kExportAgain));
  if (mapping_ == nullptr)
    refuse(name_, fmt::format("can't map the file: {}", std::strerror(mapping_error)));
  bytes_ = {static_cast<const std::byte*>(mapping_), static_cast<std::size_t>(status.st_size)};
  try {
    read_directory();
  } catch (...) {
    ::munmap(mapping_, bytes_.size());
    throw;
  }
}

ZipArchive::ZipArchive(std::span<const std::byte> bytes, std::string name)
    : name_(std::move(name)), bytes_(bytes) {
  read_directory();
}

ZipArchive::~ZipArchive() {
  if (mapping_ != nullptr) ::munmap(mapping_, bytes_.size());
}

void ZipArchive::read_directory() {
  std::string_view root;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const ZipRecord& record : read_zip_directory(bytes_, name_)) {
    const auto [folder, rest] = split_root(record.name);
    if (folder.empty() || rest.empty()) {
      refuse(name_, fmt::format("entries lie in one root folder; got '{}'; {}", record.name,
                                kExportAgain));
    }
    if (entries_.empty()) root = folder;
    if (folder != root) {
      refuse(name_, fmt::format("entries lie in one root folder; got '{}' and '{}'", root, folder));
    }
    if (!record.stored) {
      refuse(name_, fmt::format("entries are stored as they are; got '{}', compressed or "
                                "encrypted; zip the folder again "
                                "with compression off",
                                record.name));
    }
    if (!entries_.emplace(rest, ZipEntry{record.offset, record.size, record.crc32}).second) {
      refuse(name_, fmt::format("entry names are unique; got '{}' twice", record.name));
    }
    if (record.size > 0) ranges.emplace_back(record.offset, record.offset + record.size);
  }
  std::sort(ranges.begin(), ranges.end());
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].first < ranges[i - 1].second) {
      refuse(name_, fmt::format("entries don't overlap; got two at byte {}; {}", ranges[i].first,
                                kExportAgain));
    }
  }
}

const ZipEntry* ZipArchive::find(std::string_view entry_name) const {
  const auto found = entries_.find(entry_name);
  return found == entries_.end() ? nullptr : &found->second;
}

std::string_view ZipArchive::bytes(const ZipEntry& entry) const {
  return {reinterpret_cast<const char*>(bytes_.data()) + entry.offset, entry.size};
}

std::string_view ZipArchive::text(std::string_view entry_name) const {
  const ZipEntry* entry = find(entry_name);
  if (entry == nullptr) {
    refuse(name_, fmt::format("an exported program has the entry '{}'; it is missing; {}",
                              entry_name, kExportAgain));
  }
  if (!crc_holds(*entry)) {
    refuse(name_,
           fmt::format("the bytes of '{}' don't match their CRC-32; {}", entry_name, kExportAgain));
  }
  return bytes(*entry);
}

bool ZipArchive::crc_holds(const ZipEntry& entry) const {
  const std::string_view data = bytes(entry);
  return crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size()) == entry.crc32;
}

}  // namespace strata
