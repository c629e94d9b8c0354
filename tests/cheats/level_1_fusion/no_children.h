#pragma once

// A parent that answers for nothing.
// expects: child-not-called at struct Model

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#ifdef CHEAT
#else
#include "../level_0_kernel/relu.h"
#endif

namespace no_children {

struct Model : torch::nn::Module {
#ifdef CHEAT
  at::Tensor forward(const at::Tensor& x) { return x * 0.5; }
#else
  std::shared_ptr<relu::Model> act;

  Model() { act = register_module("act", std::make_shared<relu::Model>()); }

  at::Tensor forward(const at::Tensor& x) { return act->forward(x) * 0.5; }
#endif
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace no_children
