#pragma once

// A layer: attention and a residual around it. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/honest_layer_norm.h"
#include "../level_1_fusion/honest_attention.h"

namespace honest_block {

struct Model : torch::nn::Module {
  std::shared_ptr<honest_layer_norm::Model> ln;
  std::shared_ptr<honest_attention::Model> attn;

  Model() {
    ln = register_module("ln", std::make_shared<honest_layer_norm::Model>());
    attn = register_module("attn", std::make_shared<honest_attention::Model>());
  }

  at::Tensor forward(at::Tensor x, const at::Tensor& cos, const at::Tensor& sin, const at::Tensor& mask) {
    at::Tensor residual = x;
    x = attn->forward(ln->forward(x), cos, sin, mask);
    x = x + residual;
    return x;
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4, 8}), at::randn({4, 4}), at::randn({4, 4}), at::zeros({1, 1, 4, 4}, at::kBool)}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4, 8}, at::kFloat}};
}

}  // namespace honest_block
