#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "decomposer/tree/tree.h"
#include "kernels_l0/count.h"

namespace strata {

// Follows how a parent's tensors lie in memory through its body, to tell plumbing that moves data
// from plumbing that only looks at it another way. The component alone decides: its inputs and its
// children's results are taken as contiguous.
class Layouts {
 public:
  // The component must outlive this.
  explicit Layouts(const Component& component);

  // Takes in the next call of the body. True when it writes its results to memory of their own.
  bool follow(const OperatorCall& call);
  // Bytes that the tensor's elements occupy; what is expanded lies there once.
  Count bytes_held(LocalId local) const;

 private:
  using Strides = std::vector<std::int64_t>;  // elements

  bool views(const OperatorCall& call);

  const Component& component_;
  std::vector<Strides> strides_;  // one per local
};

// The strides that show a tensor of `sizes` and `strides` under other sizes without moving it;
// nullopt when there are none. As at::detail::computeStride.
std::optional<std::vector<std::int64_t>> viewed_strides(const std::vector<std::int64_t>& sizes,
                                                        const std::vector<std::int64_t>& strides,
                                                        const std::vector<std::int64_t>& new_sizes);

}  // namespace strata
