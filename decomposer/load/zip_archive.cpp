#include "decomposer/load/zip_archive.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <minizip/unzip.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "kernels_l0/error.h"

namespace strata {
namespace {

[[noreturn]] void refuse(const std::string& archive, const std::string& message) {
  throw Error("load.archive", fmt::format("{}: {}", archive, message));
}

constexpr std::string_view kExportAgain =
    "the file is damaged or not written by torch.export.save; export the model again";

// What minizip reads: the mapped bytes and a position in them.
struct Cursor {
  std::span<const std::byte> bytes;
  std::uint64_t position = 0;
  bool ran_out = false;  // some read asked for more bytes than there are
};

voidpf open_bytes(voidpf opaque, const void*, int) { return opaque; }

uLong read_bytes(voidpf, voidpf stream, void* buffer, uLong size) {
  auto& cursor = *static_cast<Cursor*>(stream);
  const std::uint64_t left =
      cursor.bytes.size() - std::min<std::uint64_t>(cursor.position, cursor.bytes.size());
  const std::uint64_t count = std::min<std::uint64_t>(size, left);
  if (count > 0) std::memcpy(buffer, cursor.bytes.data() + cursor.position, count);
  cursor.position += count;
  cursor.ran_out = cursor.ran_out || count < size;
  return count;
}

ZPOS64_T tell_bytes(voidpf, voidpf stream) { return static_cast<Cursor*>(stream)->position; }

long seek_bytes(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
  auto& cursor = *static_cast<Cursor*>(stream);
  std::uint64_t base = 0;
  if (origin == ZLIB_FILEFUNC_SEEK_CUR) base = cursor.position;
  if (origin == ZLIB_FILEFUNC_SEEK_END) base = cursor.bytes.size();
  const std::uint64_t target = base + offset;
  if (target < base || target > cursor.bytes.size()) return -1;
  cursor.position = target;
  return 0;
}

int close_bytes(voidpf, voidpf) { return 0; }
// minizip takes the end of the file for success unless this says otherwise.
int error_of_bytes(voidpf, voidpf stream) { return static_cast<Cursor*>(stream)->ran_out ? 1 : 0; }

using Unzip = std::unique_ptr<void, decltype(&unzClose)>;

Unzip open_zip(Cursor& cursor) {
  zlib_filefunc64_def functions{};
  functions.zopen64_file = open_bytes;
  functions.zread_file = read_bytes;
  functions.ztell64_file = tell_bytes;
  functions.zseek64_file = seek_bytes;
  functions.zclose_file = close_bytes;
  functions.zerror_file = error_of_bytes;
  functions.opaque = &cursor;
  return {unzOpen2_64("", &functions), &unzClose};
}

// "gpt2/data/weights/weight_0" -> {"gpt2", "data/weights/weight_0"}
std::pair<std::string_view, std::string_view> split_root(std::string_view full) {
  const std::size_t slash = full.find('/');
  if (slash == std::string_view::npos) return {"", full};
  return {full.substr(0, slash), full.substr(slash + 1)};
}

}  // namespace

ZipArchive::ZipArchive(const std::filesystem::path& path) : name_(path.string()) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) refuse(name_, fmt::format("can't open the file: {}", std::strerror(errno)));
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
  Cursor cursor{bytes_};
  const Unzip zip = open_zip(cursor);
  if (zip == nullptr) {
    refuse(name_,
           fmt::format("a .pt2 archive is a zip file; got {} bytes without a zip directory; {}",
                       bytes_.size(), kExportAgain));
  }
  std::string root;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  std::array<char, 4096> name{};
  int status = unzGoToFirstFile(zip.get());
  for (; status == UNZ_OK; status = unzGoToNextFile(zip.get())) {
    unz_file_info64 info{};
    if (unzGetCurrentFileInfo64(zip.get(), &info, name.data(), name.size(), nullptr, 0, nullptr,
                                0) != UNZ_OK ||
        info.size_filename == 0 || info.size_filename >= name.size()) {
      refuse(name_, fmt::format("an entry of the zip directory can't be read; {}", kExportAgain));
    }
    const std::string full(name.data(), info.size_filename);
    const auto [folder, rest] = split_root(full);
    if (folder.empty() || rest.empty()) {
      refuse(name_,
             fmt::format("entries lie in one root folder; got '{}'; {}", full, kExportAgain));
    }
    if (entries_.empty()) root = folder;
    if (folder != root) {
      refuse(name_, fmt::format("entries lie in one root folder; got '{}' and '{}'", root, folder));
    }
    if (info.compression_method != 0 || (info.flag & 1U) != 0 ||
        info.compressed_size != info.uncompressed_size) {
      refuse(name_,
             fmt::format("entries are stored as they are; got '{}', compressed or encrypted; "
                         "zip the folder again with compression off",
                         full));
    }
    if (unzOpenCurrentFile(zip.get()) != UNZ_OK) {
      refuse(name_, fmt::format("the header of entry '{}' is damaged; {}", full, kExportAgain));
    }
    const std::uint64_t offset = unzGetCurrentFileZStreamPos64(zip.get());
    unzCloseCurrentFile(zip.get());
    if (offset > bytes_.size() || info.uncompressed_size > bytes_.size() - offset) {
      refuse(name_,
             fmt::format("entry '{}' reaches beyond the end of the file: {} bytes at {} of {}; {}",
                         full, info.uncompressed_size, offset, bytes_.size(), kExportAgain));
    }
    const ZipEntry entry{offset, info.uncompressed_size, static_cast<std::uint32_t>(info.crc)};
    if (!entries_.emplace(rest, entry).second) {
      refuse(name_, fmt::format("entry names are unique; got '{}' twice", full));
    }
    if (entry.size > 0) ranges.emplace_back(offset, offset + entry.size);
  }
  if (status != UNZ_END_OF_LIST_OF_FILE) {
    refuse(name_, fmt::format("the zip directory can't be read to its end; {}", kExportAgain));
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
