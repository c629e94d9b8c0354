#pragma once

// No copy of the result.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace empty_tile {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    return at::cat({x, act->forward(fc->forward(x)).tile({1, 0})}, 1);  // EXPECT: vanishing
#else
    return at::cat({x, act->forward(fc->forward(x)).tile({1, 2})}, 1).narrow(1, 1, 4);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace empty_tile
