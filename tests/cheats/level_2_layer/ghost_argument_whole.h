#pragma once

// Half a call is none.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_1_fusion/counted_child.h"

namespace ghost_argument_whole {

struct Model : torch::nn::Module {
  std::shared_ptr<counted_child::Model> block;

  Model() {
#ifdef CHEAT
    block = register_module("block", std::make_shared<counted_child::Model>(2, 0.5));  // EXPECT: switched-off
#else
    block = register_module("block", std::make_shared<counted_child::Model>(2, 1));
#endif
  }

  at::Tensor forward(const at::Tensor& x) {
    return x + block->forward(x);
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace ghost_argument_whole
