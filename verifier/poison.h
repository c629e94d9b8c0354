#pragma once

#include <c10/core/Allocator.h>

#include <memory>

namespace strata {

// While it is on, every tensor memory that LibTorch hands out in this process is full of NaN (all
// bits set), so that a result that rests on memory nobody wrote can't look right: zeros from the
// system, or what an earlier run left there. Memory taken before stays as it is. One at a time in a
// process.
class Poison {
 public:
  Poison();
  ~Poison();
  Poison(const Poison&) = delete;
  Poison& operator=(const Poison&) = delete;

  void set(bool on);

 private:
  class PoisonedAllocator;
  std::unique_ptr<PoisonedAllocator> allocator_;
  c10::Allocator* before_ = nullptr;
};

}  // namespace strata
