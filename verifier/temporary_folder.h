#pragma once

#include <filesystem>

namespace strata {

// A folder of its own under the system's temporary directory; removed with all it holds.
class TemporaryFolder {
 public:
  TemporaryFolder();  // throws Error{"verify.temporary"}
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace strata
