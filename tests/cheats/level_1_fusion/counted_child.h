#pragma once

// A child that is made as often as its argument says. Honest by itself.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace counted_child {

struct Model : torch::nn::Module {
  std::vector<std::shared_ptr<linear::Model>> h;
  std::shared_ptr<relu::Model> act;
  int64_t used;

  Model(int64_t made, int64_t called) : used(called) {
    act = register_module("act", std::make_shared<relu::Model>());
    for (int64_t i = 0; i < made; ++i) {
      h.push_back(register_module("h_" + std::to_string(i), std::make_shared<linear::Model>()));
    }
  }

  at::Tensor forward(const at::Tensor& x) {
    at::Tensor y = act->forward(x);
    if (used > 0) {
      for (const auto& layer : h) y = layer->forward(y);
    }
    return y;
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace counted_child
