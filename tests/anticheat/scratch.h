#pragma once

#include <filesystem>

#include "anticheat/client.h"

namespace strata {

// A folder of a test's own, gone when the test ends.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  // Writes a file below the folder and returns its path.
  std::filesystem::path write(const std::filesystem::path& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

// The scanner of this build, a cache that all tests share for the precompiled header, no reuse of
// replies.
ScanSettings test_settings();

}  // namespace strata
