#pragma once

#include <cstdint>
#include <filesystem>

namespace strata {

// What becomes of a lock's file when it is given up.
enum class Afterwards : std::uint8_t { kStays, kGoes };

// Held while one process makes what others would make as well. Waits for who holds it. The system
// gives it up for a process that ends.
class FileLock {
 public:
  FileLock(std::filesystem::path file, Afterwards afterwards);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  // Not where the file can't be written.
  bool held() const { return held_; }

 private:
  std::filesystem::path file_;
  Afterwards afterwards_;
  int descriptor_;
  bool held_ = false;
};

}  // namespace strata
