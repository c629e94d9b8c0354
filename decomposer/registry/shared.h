#pragma once

#include <filesystem>

#include "decomposer/registry/registry.h"

namespace strata {

// A registry that several output folders share, held by one process at a time from here to the end
// of its life: others wait. The lock lies on FILE.lock, which stays.
class SharedRegistry {
 public:
  // Waits for the lock and reads the file; none is an empty registry. Throws Error{"registry.lock"}
  // where the folder can't be written, and what read_registry throws.
  explicit SharedRegistry(std::filesystem::path file);
  ~SharedRegistry();
  SharedRegistry(const SharedRegistry&) = delete;
  SharedRegistry& operator=(const SharedRegistry&) = delete;

  const Registry& modules() const { return registry_; }
  // Merges and writes: the file is the old or the new one, whole. Throws what merge throws, and
  // Error{"registry.write"}.
  void add(const Registry& more);

 private:
  std::filesystem::path file_;
  int lock_ = -1;
  Registry registry_;
};

}  // namespace strata
