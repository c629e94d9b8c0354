#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

// What the directory at the end of a zip file says of one entry.
struct ZipRecord {
  std::string_view name;       // with the root folder; a view into the file
  std::uint64_t offset = 0;    // bytes from the start of the file to the entry's data
  std::uint64_t size = 0;      // bytes in the file
  std::uint64_t original = 0;  // bytes before compression
  std::uint32_t crc32 = 0;
  bool stored = true;  // neither compressed nor encrypted
};

// Reads the directory of a zip file, 64-bit fields included, and the entries' own headers, which
// must agree with it. Debian's minizip 1.1 doesn't read 64-bit fields, and so no archive of more
// than 4 GB. Throws Error{"load.archive"}; `name` stands for the file in messages.
std::vector<ZipRecord> read_zip_directory(std::span<const std::byte> file, const std::string& name);

}  // namespace strata
