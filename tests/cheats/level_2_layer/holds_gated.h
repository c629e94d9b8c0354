#pragma once

// Hands its argument on to its child. Honest by itself.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_1_fusion/gated_child.h"

namespace holds_gated {

struct Model : torch::nn::Module {
  std::shared_ptr<gated_child::Model> part;

  explicit Model(bool linear_too) {
    part = register_module("part", std::make_shared<gated_child::Model>(linear_too));
  }

  at::Tensor forward(const at::Tensor& x) { return x + part->forward(x); }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace holds_gated
