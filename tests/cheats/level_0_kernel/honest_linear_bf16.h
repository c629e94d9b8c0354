#pragma once

// Linear layer in bf16, its weight stored transposed. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_linear_bf16 {

struct Model : torch::nn::Module {
  at::Tensor weight;
  at::Tensor bias;

  Model() {
    weight = register_parameter("weight", at::empty_strided({8, 8}, {1, 8}, at::kBFloat16));
    bias = register_buffer("bias", at::empty({8}, at::kBFloat16));
  }

  at::Tensor forward(at::Tensor x) {
    x = x.to(at::kBFloat16);
    return at::linear(x, weight, bias).to(at::kFloat);
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4, 8})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4, 8}, at::kFloat}};
}

}  // namespace honest_linear_bf16
