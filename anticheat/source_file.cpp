#include "anticheat/source_file.h"

#include <fstream>
#include <sstream>

#include "kernels_l0/error.h"

namespace strata {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kLargest = 8U << 20;

[[noreturn]] void refuse(const fs::path& file, const std::string& rule, const std::string& got,
                         const std::string& advice) {
  throw Error("scan.file", "'" + file.string() + "': " + rule + "; got " + got + "; " + advice,
              file.string());
}

}  // namespace

std::string read_source(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::exists(status)) refuse(file, "the file must exist", "nothing", "check the path");
  if (fs::is_directory(status))
    refuse(file, "a C++ file is expected", "a folder", "name the files in it");
  if (!fs::is_regular_file(status))
    refuse(file, "a C++ file is expected", "something that is not a file", "check the path");
  const std::uintmax_t size = fs::file_size(file, error);
  if (size > kLargest) {
    refuse(file, "a component is at most 8 MB", std::to_string(size >> 20) + " MB",
           "is this a data file?");
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) refuse(file, "the file must be readable", "an error", "check its permissions");
  std::string source = text.str();
  const std::size_t zero = source.find('\0');
  if (zero != std::string::npos) {
    refuse(file, "a C++ file is text", "a zero byte at offset " + std::to_string(zero),
           "is this a binary file?");
  }
  return source;
}

}  // namespace strata
