#pragma once

// GPT-2's block, ported by hand.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/norm.h"
#include "../level_1_fusion/attention.h"
#include "../level_1_fusion/mlp.h"

namespace block {

struct Model : torch::nn::Module {
  std::shared_ptr<norm::Model> ln_1;
  std::shared_ptr<attention::Model> attn;
  std::shared_ptr<norm::Model> ln_2;
  std::shared_ptr<mlp::Model> mlp;

  Model() {
    ln_1 = register_module("ln_1", std::make_shared<norm::Model>());
    attn = register_module("attn", std::make_shared<attention::Model>());
    ln_2 = register_module("ln_2", std::make_shared<norm::Model>());
    mlp = register_module("mlp", std::make_shared<mlp::Model>());
  }

  at::Tensor forward(at::Tensor x, const at::Tensor& mask) {
    x = x + attn->forward(ln_1->forward(x), mask);
    return x + mlp->forward(ln_2->forward(x));
  }
};

inline std::vector<at::Tensor> get_inputs() {
  return {at::randn({1, 16, 64}), at::zeros({1, 1, 16, 16})};
}

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{1, 16, 64}, at::kFloat}};
}

}  // namespace block
