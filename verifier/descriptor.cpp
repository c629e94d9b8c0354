#include "verifier/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::uint64_t kAlignment = 64;  // bytes; what vectorised kernels like

[[noreturn]] void refuse(const char* what) {
  throw Error("runner.memory",
              fmt::format("{}: shared memory is needed; got {}", what, std::strerror(errno)));
}

std::uint64_t size_of(int file) {
  struct stat status{};
  if (fstat(file, &status) != 0) refuse("fstat");
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

Descriptor::~Descriptor() { close(); }

void Descriptor::close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

Descriptor anonymous_file(const std::string& name) {
  Descriptor file(memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file.open()) refuse("memfd_create");
  return file;
}

void seal(int file) {
  if (fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK) != 0)
    refuse("F_ADD_SEALS");
}

std::uint64_t append_bytes(int file, const void* bytes, std::size_t size) {
  const std::uint64_t start = (size_of(file) + kAlignment - 1) / kAlignment * kAlignment;
  if (ftruncate(file, static_cast<off_t>(start)) != 0) refuse("ftruncate");
  const char* next = static_cast<const char*>(bytes);
  std::uint64_t at = start;
  while (size > 0) {
    const ssize_t written = pwrite(file, next, size, static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) refuse("pwrite");
    next += written;
    at += static_cast<std::uint64_t>(written);
    size -= static_cast<std::size_t>(written);
  }
  return start;
}

std::string read_whole(int file) { return read_end(file, size_of(file)); }

std::string read_end(int file, std::size_t most) {
  const std::uint64_t size = size_of(file);
  const std::uint64_t start = size > most ? size - most : 0;
  std::string text(size - start, '\0');
  std::size_t at = 0;
  while (at < text.size()) {
    const ssize_t got =
        pread(file, text.data() + at, text.size() - at, static_cast<off_t>(start + at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    at += static_cast<std::size_t>(got);
  }
  text.resize(at);
  return text;
}

PrivateMapping::PrivateMapping(int file) : size_(size_of(file)) {
  if (size_ == 0) return;
  void* address =
      mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file, 0);
  if (address == MAP_FAILED) refuse("mmap");
  data_ = static_cast<std::byte*>(address);
}

PrivateMapping::~PrivateMapping() {
  if (data_ != nullptr) munmap(data_, size_);
}

}  // namespace strata
