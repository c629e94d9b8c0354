#include "verifier/temporary_folder.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "kernels_l0/error.h"

namespace strata {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "strata-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw Error("verify.temporary",
                fmt::format("{}: a folder for compiled code is needed; got {}; set TMPDIR", pattern,
                            std::strerror(errno)));
  }
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace strata
