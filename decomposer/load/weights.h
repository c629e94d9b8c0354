#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "decomposer/graph/graph.h"

namespace strata {

// The tensors of a graph's parameters, over a private, writable map of its archive: pages are read
// when first used and copied when first written; the file never changes.
class Weights {
 public:
  // Maps graph.archive. Throws Error{"weights.archive"} when the file can't be mapped or is shorter
  // than when the graph was loaded from it, Error{"weights.absent"} for a graph of the structure
  // alone. Reads no weight.
  explicit Weights(const Graph& graph);

  // The parameter's tensor, with its own sizes, strides, offset and requires_grad. The tensor keeps
  // the map alive. Parameters of one storage (tied weights, slices) share it: a write to one is
  // seen in the others.
  const at::Tensor& operator[](ParameterId parameter) const {
    return tensors_.at(static_cast<std::size_t>(parameter));
  }
  const std::vector<at::Tensor>& tensors() const { return tensors_; }  // by ParameterId

  // Takes up no memory until a weight is read again, and forgets what was written to the map: the
  // tensors then hold what the archive holds.
  void give_back_pages() const;

 private:
  class Mapping;
  std::shared_ptr<Mapping> map_;  // null when there are no weights
  std::vector<at::Tensor> tensors_;
};

// Called now and then while bytes are checked, from one thread at a time.
using WeightProgress = std::function<void(std::uint64_t done_bytes, std::uint64_t all_bytes)>;

// Compares the CRC-32 of every storage with what the archive's directory said when the graph was
// loaded. Throws Error{"weights.damaged"} that names the first parameter whose bytes differ,
// Error{"weights.archive"} when the file can't be read, Error{"weights.absent"} as above.
void check_weights(const Graph& graph, const WeightProgress& progress = {});

// The example inputs that the archive was exported with, one per Graph::inputs, flattened from the
// positional and keyword arguments. Throws Error{"weights.sample_inputs"} when there are none or
// they don't fit the graph's inputs.
std::vector<at::Tensor> sample_inputs(const Graph& graph);

// LibTorch's name of an element type.
at::ScalarType torch_type(ScalarType type);

}  // namespace strata
