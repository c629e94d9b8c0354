#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "decomposer/graph/graph.h"

namespace strata {

// How a parameter or buffer is drawn anew. Chosen so that activations keep unit scale and every
// parameter matters.
enum class WeightKind : std::uint8_t {
  kKeep,    // integer, bool, mask, frequency and position buffers, constants, and float parameters
            // that no node reads
  kMatrix,  // normal, variance 1 / fan_in: linear, convolution, recurrent
  kTable,   // normal, variance 1: embeddings, position tables, class tokens
  kScale,   // uniform in [0.5, 1.5]: weights of norms, layer scales
  kShift,   // uniform in [-0.5, 0.5]: biases, running means
  kVariance,  // uniform in [0.5, 1.5]: running variances
};
std::string_view weight_kind_name(WeightKind kind);

struct WeightRole {
  WeightKind kind = WeightKind::kKeep;
  std::int64_t fan_in = 1;  // kMatrix only
};

// One per parameter, from the operators that read it; from its name and rank where no operator
// tells. Parameters that share memory (tied weights, slices) get one role, that of the largest.
std::vector<WeightRole> weight_roles(const Graph& graph);

// Memory to draw weights into: a tensor like each of the parameters `wanted` (the others are left
// undefined), with its sizes, strides, offset and requires_grad. Tensors that share a storage in
// `weights` share one here. What they hold is not defined yet. The memory goes back to the system
// with the last of them. Throws Error{"randomise.memory"} when there is none.
std::vector<at::Tensor> room_for_weights(const std::vector<at::Tensor>& weights,
                                         const std::vector<ParameterId>& wanted);

// Draws all weights in `room` anew and copies the kept ones from `weights`, whatever it held. A
// value is a function of the seed, the original's name and the element's index alone: the same on
// any number of threads.
void draw_weights(const Graph& graph, const std::vector<at::Tensor>& weights,
                  const std::vector<WeightRole>& roles, std::uint64_t seed,
                  const std::vector<at::Tensor>& room);

// Fresh inputs like the samples:
//   floats        normal with the sample's mean and deviation, the deviation within [0.1, 10]
//   float masks   (values are 0 and one number of at most -1e4) the same two values placed anew;
//                 every row keeps a zero
//   integers      uniform in the sample's [least, greatest]; where those are 0 and 1, every row
//                 keeps a 1; an ascending sample's are sorted and keep its ends, a permutation's
//                 are a permutation
//   bool          fair, but no more of them true than the sample's (a scatter's source has as
//   many);
//                 every row of several keeps a true
//   complex       normal
// Samples of one value only (a mask of ones) stay as they are, but for floats. A row is the last
// dimension. Strides stay unless elements share memory.
std::vector<at::Tensor> fresh_inputs(const std::vector<at::Tensor>& samples, std::uint64_t seed);

// The tensor that was expanded to this one, a view of it.
at::Tensor unexpanded(at::Tensor tensor);

// Each of 0, 1, ..., n - 1 once, in one dimension and another order than that: places to scatter
// to. Of other numbers some place would be left that nothing is written to.
bool is_permutation(const at::Tensor& sample);

}  // namespace strata
