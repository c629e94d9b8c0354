#pragma once

// A kernel written by hand.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_loop {

struct Model : torch::nn::Module {
  at::Tensor weight;

  Model() {
    weight = register_parameter("weight", at::empty({4, 4}));
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor y = x;
    for (int64_t i = 0; i < 4; ++i) y = y + x.select(1, i).unsqueeze(1);  // EXPECT: statement
    return at::linear(y, weight);
#else
    at::Tensor y = x + x.select(1, 0).unsqueeze(1);
    return at::linear(y, weight);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_loop
