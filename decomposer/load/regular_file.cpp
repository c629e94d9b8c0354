#include "decomposer/load/regular_file.h"

namespace strata {

std::ifstream open_regular_file(const std::filesystem::path& file) {
  std::error_code absent;
  std::ifstream in;
  if (std::filesystem::is_regular_file(file, absent)) in.open(file, std::ios::binary);
  return in;
}

}  // namespace strata
