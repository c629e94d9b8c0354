#pragma once

// Not decomposed yet.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace mlp {

struct Model : torch::nn::Module {
  at::Tensor c_fc_weight;
  at::Tensor c_fc_bias;
  at::Tensor c_proj_weight;
  at::Tensor c_proj_bias;

  Model() {
    c_fc_weight = register_parameter("c_fc_weight", at::empty({64, 256}));
    c_fc_bias = register_parameter("c_fc_bias", at::empty({256}));
    c_proj_weight = register_parameter("c_proj_weight", at::empty({256, 64}));
    c_proj_bias = register_parameter("c_proj_bias", at::empty({64}));
  }

  at::Tensor forward(const at::Tensor& x) {
    at::Tensor hidden = at::addmm(c_fc_bias, x.view({16, 64}), c_fc_weight);
    hidden = at::gelu(hidden, "tanh");
    return at::addmm(c_proj_bias, hidden, c_proj_weight).view({1, 16, 64});
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({1, 16, 64})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{1, 16, 64}, at::kFloat}};
}

}  // namespace mlp
