#pragma once

// A product, of which one half is the gate of the other.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_gated_linear {

struct Model : torch::nn::Module {
  at::Tensor weight;

  Model() {
    weight = register_parameter("weight", at::empty({4, 4}));
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor y = at::linear(x, weight);
    return y * at::silu(y);  // EXPECT: one-operation
#else
    at::Tensor y = at::linear(x, weight);
    return y * 2;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_gated_linear
