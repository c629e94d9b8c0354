#pragma once

// A view whose place is a value.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_narrow_by_value {

struct Model : torch::nn::Module {
  at::Tensor weight;
  at::Tensor bias;

  Model() {
    weight = register_parameter("weight", at::empty({4}));
    bias = register_parameter("bias", at::empty({4}));
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor start = x.view({8}).view(at::kChar).select(0, 3);
    at::Tensor w = weight.expand({256, 4}).narrow(0, start, 1).view({4});  // EXPECT: tensor-operand
    return at::layer_norm(x, {4}, w, bias, 1e-05, false);
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

}  // namespace k_narrow_by_value
