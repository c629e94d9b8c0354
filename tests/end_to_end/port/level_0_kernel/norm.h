#pragma once

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace norm {

struct Model : torch::nn::Module {
  at::Tensor weight;
  at::Tensor bias;

  Model() {
    weight = register_parameter("weight", at::empty({64}));
    bias = register_parameter("bias", at::empty({64}));
  }

  at::Tensor forward(const at::Tensor& x) {
    return at::layer_norm(x, {64}, weight, bias, 1e-05, false);
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({1, 16, 64})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{1, 16, 64}, at::kFloat}};
}

}  // namespace norm
