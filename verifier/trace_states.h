#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/StorageImpl.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "verifier/trace.h"

namespace strata {

// SHA-256, its first 32 hexadecimal digits.
std::string short_digest(std::string_view text);

// A tensor as it is now: for people, and exactly.
struct TensorNumber {
  std::string words;   // "linear#1f3a90c2 as [1, 64, 768]"
  std::string number;  // digest of the storage's state and the view
};

// The states of the storages that a run touches. Keeps the addresses of freed storages from being
// used again, but not their memory.
class StorageStates {
 public:
  explicit StorageStates(const std::vector<TraceInput>& inputs);

  bool knows(const at::Tensor& tensor) const;
  // Works for undefined tensors too. A tensor of unknown origin is equal to no other.
  TensorNumber number(const at::Tensor& tensor);
  // The call, the `index`th of the trace, made the tensor's storage as its result `position`, or
  // wrote all of it as if it had.
  void made(const at::Tensor& tensor, const TracedCall& call, int index, std::size_t position);
  // The tensor's storage is new and holds what the source's does.
  void copied(const at::Tensor& tensor, const at::Tensor& source);
  // The call wrote to the storage through this tensor, its argument `position`.
  void written(const at::Tensor& tensor, const TracedCall& call, int index, std::size_t position);
  // The last call that made or wrote the tensor's storage; -1 for none.
  int last_call(const at::Tensor& tensor) const;
  bool was_written(const at::Tensor& tensor) const;
  // A text that no other trace contains.
  std::string unique();

 private:
  struct State {
    std::string words;
    std::string digest;
    std::int64_t origin = 0;  // bytes: the offset that counts as zero
    bool was_written = false;
    int last_call = -1;
    c10::weak_intrusive_ptr<c10::StorageImpl> keep;
  };
  State& state_of(const at::Tensor& tensor);
  State& add(const at::Tensor& tensor, std::string words, std::string digest);

  std::unordered_map<const c10::StorageImpl*, State> states_;
  std::string salt_;
  int unique_ = 0;
};

}  // namespace strata
