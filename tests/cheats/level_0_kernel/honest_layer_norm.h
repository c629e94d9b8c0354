#pragma once

// Layer normalisation. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_layer_norm {

struct Model : torch::nn::Module {
  at::Tensor weight;
  at::Tensor bias;

  Model() {
    weight = register_parameter("weight", at::empty({8}));
    bias = register_parameter("bias", at::empty({8}));
  }

  at::Tensor forward(const at::Tensor& x) {
    return at::layer_norm(x, {8}, weight, bias, 1e-05);
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4, 8})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4, 8}, at::kFloat}};
}

}  // namespace honest_layer_norm
