#include "tests/anticheat/scratch.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace strata {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder() {
  std::string pattern = (fs::temp_directory_path() / "strata-anticheat-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error(pattern + ": can't be made");
  path_ = fs::canonical(pattern);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path ScratchFolder::write(const fs::path& name, const std::string& text) const {
  const fs::path file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

ScanSettings test_settings() {
  ScanSettings settings;
  settings.program = STRATA_PROGRAM_DIR "/strata-anticheat";
  settings.cache = STRATA_BINARY_DIR "/anticheat-cache";
  settings.reuse = false;
  return settings;
}

}  // namespace strata
