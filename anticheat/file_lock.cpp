#include "anticheat/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace strata {

FileLock::FileLock(std::filesystem::path file, Afterwards afterwards)
    : file_(std::move(file)),
      afterwards_(afterwards),
      descriptor_(open(file_.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644)) {
  if (descriptor_ < 0) return;
  int refused = 0;
  while ((refused = flock(descriptor_, LOCK_EX)) != 0 && errno == EINTR) {
  }
  held_ = refused == 0;
}

FileLock::~FileLock() {
  std::error_code ignored;
  if (held_ && afterwards_ == Afterwards::kGoes) std::filesystem::remove(file_, ignored);
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace strata
