#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "decomposer/graph/graph.h"

namespace strata {

// What a program leaves changed behind it. Running statistics of batch normalisation are written
// without raising the tensor's version, so bytes are compared, not versions.

// What a run may write, ascending: all buffers and constants, and the parameters that an operator
// writes by its schema, directly or through a view.
std::vector<ParameterId> writable_candidates(const Graph& graph);

// Copies of tensors, and the way back to them.
class Snapshot {
 public:
  // Copies every defined tensor of `tensors` whose place is in `places`.
  Snapshot(const std::vector<at::Tensor>& tensors, std::vector<ParameterId> places);

  // The places whose bytes differ now, ascending.
  std::vector<ParameterId> changed() const;
  // Writes the copies back into the same tensors.
  void restore() const;

 private:
  std::vector<ParameterId> places_;
  std::vector<at::Tensor> tensors_;
  std::vector<at::Tensor> copies_;
};

}  // namespace strata
