#pragma once

// Not decomposed yet: one straight line, by PyTorch's fused operator.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace attention {

struct Model : torch::nn::Module {
  at::Tensor c_attn_weight;
  at::Tensor c_attn_bias;
  at::Tensor c_proj_weight;
  at::Tensor c_proj_bias;

  Model() {
    c_attn_weight = register_parameter("c_attn_weight", at::empty({64, 192}));
    c_attn_bias = register_parameter("c_attn_bias", at::empty({192}));
    c_proj_weight = register_parameter("c_proj_weight", at::empty({64, 64}));
    c_proj_bias = register_parameter("c_proj_bias", at::empty({64}));
  }

  at::Tensor forward(const at::Tensor& x, const at::Tensor& mask) {
    auto parts = at::addmm(c_attn_bias, x.view({16, 64}), c_attn_weight).split(64, 1);
    at::Tensor q = parts[0].view({1, 16, 4, 16}).transpose(1, 2);
    at::Tensor k = parts[1].view({1, 16, 4, 16}).transpose(1, 2);
    at::Tensor v = parts[2].view({1, 16, 4, 16}).transpose(1, 2);
    at::Tensor context = at::scaled_dot_product_attention(q, k, v, mask);
    context = context.transpose(1, 2).reshape({16, 64});
    return at::addmm(c_proj_bias, context, c_proj_weight).view({1, 16, 64});
  }
};

inline std::vector<at::Tensor> get_inputs() {
  return {at::randn({1, 16, 64}), at::zeros({1, 1, 16, 16})};
}

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{1, 16, 64}, at::kFloat}};
}

}  // namespace attention
