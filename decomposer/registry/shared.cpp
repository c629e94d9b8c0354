#include "decomposer/registry/shared.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "kernels_l0/error.h"

namespace strata {

SharedRegistry::SharedRegistry(std::filesystem::path file) : file_(std::move(file)) {
  const std::string lock = file_.string() + ".lock";
  lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) {
    throw Error("registry.lock", fmt::format("{}: must be writable; got '{}'; name a file in "
                                             "another folder",
                                             lock, std::strerror(errno)));
  }
  while (::flock(lock_, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    const int problem = errno;
    ::close(lock_);
    throw Error("registry.lock", fmt::format("{}: must be lockable; got '{}'; name a file on "
                                             "another file system",
                                             lock, std::strerror(problem)));
  }
  try {
    if (std::filesystem::exists(file_)) registry_ = read_registry(file_);
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

SharedRegistry::~SharedRegistry() { ::close(lock_); }

void SharedRegistry::add(const Registry& more) {
  merge(registry_, more);
  const std::filesystem::path made = fmt::format("{}.{}", file_.string(), ::getpid());
  std::ofstream out(made, std::ios::binary);
  out << registry_text(registry_);
  out.close();
  std::error_code problem;
  if (out) std::filesystem::rename(made, file_, problem);
  if (!out || problem) {
    std::error_code ignored;
    std::filesystem::remove(made, ignored);
    throw Error("registry.write",
                fmt::format("{}: must be writable; got '{}'; free space there, or name another "
                            "file",
                            file_.string(), problem ? problem.message() : "a failed write"));
  }
}

}  // namespace strata
