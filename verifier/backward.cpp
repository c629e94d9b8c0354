#include "verifier/backward.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <memory>

#include "decomposer/graph/index.h"
#include "verifier/buffers.h"
#include "verifier/random_fill.h"

namespace strata {
namespace {

bool is_inexact(const at::Tensor& tensor) {
  return tensor.defined() && (tensor.is_floating_point() || tensor.is_complex());
}

// The same memory, as a leaf of its own.
at::Tensor leaf_of(const at::Tensor& tensor) {
  return is_inexact(tensor) ? tensor.detach().set_requires_grad(true) : tensor;
}

// Hands a leaf's gradient on as soon as it is whole, and frees it.
class Taker : public torch::autograd::PostAccumulateGradHook {
 public:
  Taker(std::string name, const TakeGradient& take) : name_(std::move(name)), take_(take) {}
  void operator()(const at::Tensor& leaf) override {
    take_(name_, leaf.grad());
    leaf.mutable_grad().reset();
  }

 private:
  std::string name_;
  const TakeGradient& take_;
};

void watch(const at::Tensor& leaf, std::string name, const TakeGradient& take) {
  if (!leaf.requires_grad() || !leaf.is_leaf()) return;
  torch::autograd::impl::set_post_acc_grad_hooks(leaf,
                                                 std::make_unique<Taker>(std::move(name), take));
}

// Undoes what a run wrote, also when it throws.
struct Restoring {
  const Snapshot& snapshot;
  ~Restoring() { snapshot.restore(); }
};

at::Tensor cotangent_of(const at::Tensor& result, const std::string& name, std::uint64_t seed) {
  at::Tensor cotangent = at::empty(result.sizes(), result.options().requires_grad(false));
  fill_normal(cotangent, 0, 1, seed, stream_of("cotangent of " + name));
  return cotangent;
}

}  // namespace

std::string tied_name(const Graph& graph, ParameterId id) {
  const Parameter& asked = graph.parameters.at(at(id));
  for (const Parameter& one : graph.parameters) {
    const bool same = one.storage == asked.storage && one.storage != kNone &&
                      one.meta.storage_offset == asked.meta.storage_offset &&
                      one.meta.sizes == asked.meta.sizes && one.meta.strides == asked.meta.strides;
    if (same) return weight_name(one);
  }
  return weight_name(asked);
}

std::vector<std::string> backward(const Graph& graph, const MakeSide& make, const TrialData& data,
                                  const std::vector<ParameterId>& places, std::uint64_t seed,
                                  const TakeGradient& take) {
  const c10::AutoGradMode with_gradients(true);
  TrialData leaves;
  leaves.generator_seed = data.generator_seed;
  for (std::size_t i = 0; i < data.weights.size(); ++i) {
    const bool parameter = graph.parameters.at(i).kind == ParameterKind::kParameter;
    leaves.weights.push_back(parameter ? leaf_of(data.weights[i]) : data.weights[i]);
  }
  std::vector<at::Tensor> given;  // copies, so that they may be written in place
  for (std::size_t i = 0; i < data.inputs.size(); ++i) {
    const at::Tensor leaf = leaf_of(data.inputs[i]);
    watch(leaf, fmt::format("input {}", i), take);
    leaves.inputs.push_back(leaf);
    given.push_back(leaf.clone());
  }
  const Snapshot snapshot(data.weights, places);
  const Restoring restoring{snapshot};
  const ReadySide side = make(leaves);
  for (const auto& [id, tensor] : side.weights) watch(tensor, tied_name(graph, id), take);

  at::manual_seed(data.generator_seed);
  const std::vector<at::Tensor> outputs = side.forward(given);
  std::vector<std::string> names;
  std::vector<at::Tensor> roots;
  std::vector<at::Tensor> cotangents;
  const auto add = [&](const at::Tensor& result, std::string name) {
    if (!is_inexact(result) || !result.requires_grad()) return;
    roots.push_back(result);
    cotangents.push_back(cotangent_of(result, name, seed));
    names.push_back(std::move(name));
  };
  for (std::size_t i = 0; i < outputs.size(); ++i) add(outputs[i], fmt::format("output {}", i));
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i]._version() > 0) add(given[i], fmt::format("input {} afterwards", i));
  }
  if (!roots.empty()) torch::autograd::backward(roots, cotangents);
  return names;
}

}  // namespace strata
