#include "verifier/poison.h"

#include <c10/core/CPUAllocator.h>

#include <cstring>

namespace strata {

class Poison::PoisonedAllocator : public c10::Allocator {
 public:
  explicit PoisonedAllocator(c10::Allocator& under) : under_(under) {}

  c10::DataPtr allocate(std::size_t bytes) override {
    c10::DataPtr memory = under_.allocate(bytes);
    if (on && bytes > 0) std::memset(memory.get(), 0xff, bytes);
    return memory;
  }
  c10::DeleterFnPtr raw_deleter() const override { return under_.raw_deleter(); }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }

  bool on = false;

 private:
  c10::Allocator& under_;
};

Poison::Poison() : before_(c10::GetCPUAllocator()) {
  allocator_ = std::make_unique<PoisonedAllocator>(*before_);
  c10::SetCPUAllocator(allocator_.get());
}

Poison::~Poison() { c10::SetCPUAllocator(before_); }

void Poison::set(bool on) { allocator_->on = on; }

}  // namespace strata
