#pragma once

// Leaves an optional part out. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_1_fusion/honest_optional.h"

namespace honest_optional_off {

struct Model : torch::nn::Module {
  std::shared_ptr<honest_optional::Model> block;

  Model() {
    block = register_module("block", std::make_shared<honest_optional::Model>(false));
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

}  // namespace honest_optional_off
