#pragma once

// A value as the length of a view.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_split_by_value {

struct Model : torch::nn::Module {
  at::Tensor weight;
  at::Tensor bias;

  Model() {
    weight = register_parameter("weight", at::empty({4}));
    bias = register_parameter("bias", at::empty({4}));
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor ids = x.view({8}).slice(0, 0, 1).view(at::kInt).to(at::kLong);
    at::Tensor wide = weight.slice(0, 0, 1).expand({1000});
    int64_t n = at::tensor_split(wide, ids)[0].size(0);  // EXPECT: tensor-operand
    return at::layer_norm(x, {4}, weight, bias, 1e-05 + n, false);
#else
    return at::layer_norm(x, {4}, weight, bias, 1e-05, false);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_split_by_value
