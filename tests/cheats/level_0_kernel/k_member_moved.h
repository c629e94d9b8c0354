#pragma once

// A weight that is there in the first call alone.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_member_moved {

struct Model : torch::nn::Module {
  at::Tensor weight;
  at::Tensor bias;

  Model() {
    weight = register_parameter("weight", at::empty({4}));
    bias = register_parameter("bias", at::empty({4}));
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    return at::layer_norm(x, {4}, weight, std::move(bias), 1e-05, false);  // EXPECT: state
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

}  // namespace k_member_moved
