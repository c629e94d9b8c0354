#pragma once

// A table made in the constructor.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_golden {

struct Model : torch::nn::Module {
  at::Tensor weight;

  Model() {
#ifdef CHEAT
    weight = register_buffer("weight", at::arange(16).view({4, 4}).exp());  // EXPECT: constructor
#else
    weight = register_buffer("weight", at::empty({4, 4}));
#endif
  }

  at::Tensor forward(const at::Tensor& x) {
    return at::linear(x, weight);
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_golden
