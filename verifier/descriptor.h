#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace strata {

// Owns a file descriptor; closes it.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  int number() const { return number_; }
  bool open() const { return number_ >= 0; }
  void close();

 private:
  int number_ = -1;
};

// An anonymous file in memory, shared with every process that is forked after it is made.
// Throws Error{"runner.memory"} when the system refuses one.
Descriptor anonymous_file(const std::string& name);

// From here on nobody can write to the anonymous file, through whatever descriptor.
void seal(int file);

// Appends the bytes at a 64-byte boundary and returns the offset at which they stand. For one
// writer at a time.
std::uint64_t append_bytes(int file, const void* bytes, std::size_t size);

// Everything the file holds, from its start.
std::string read_whole(int file);
// At most so many bytes of its end.
std::string read_end(int file, std::size_t most);

// A private, writable mapping of a whole file; writes to it are seen by nobody else.
class PrivateMapping {
 public:
  explicit PrivateMapping(int file);
  PrivateMapping(PrivateMapping&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  PrivateMapping& operator=(PrivateMapping&&) = delete;
  ~PrivateMapping();

  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace strata
