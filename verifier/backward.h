#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "decomposer/graph/graph.h"
#include "verifier/subject_run.h"

namespace strata {

// One side of a step, made for one trial's weights.
struct ReadySide {
  std::function<std::vector<at::Tensor>(const std::vector<at::Tensor>&)> forward;
  // The tensors that forward reads; a tied weight has one for each of its places.
  std::vector<std::pair<ParameterId, at::Tensor>> weights;
};
using MakeSide = std::function<ReadySide(const TrialData&)>;

// A parameter's name in reports. Tied ones, which see the same memory in the same way, share the
// first one's.
std::string tied_name(const Graph& graph, ParameterId id);

// Called with the name of an input or parameter and a gradient of it; for each of a tied weight's
// places, whose gradients are to be summed. The gradient is freed afterwards.
using TakeGradient = std::function<void(const std::string&, const at::Tensor&)>;

// One backward pass on the trial: from every result that is differentiable, which includes inputs
// written in place, each with a random cotangent drawn from `seed` and its name, to every
// inexact input and parameter. Returns the names of those results. What the side writes to its
// buffers (`places`) is undone. What it throws passes through.
std::vector<std::string> backward(const Graph& graph, const MakeSide& make, const TrialData& data,
                                  const std::vector<ParameterId>& places, std::uint64_t seed,
                                  const TakeGradient& take);

}  // namespace strata
