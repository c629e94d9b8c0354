#pragma once

// A sum of products, divided by a sum.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_sum_of_a_product {

struct Model : torch::nn::Module {
  at::Tensor weight;

  Model() {
    weight = register_parameter("weight", at::empty({4, 4}));
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor y = at::sum(x.unsqueeze(1) * weight, {2}, true).squeeze(2);
    return y / at::sum(y, {1}, true);  // EXPECT: one-operation
#else
    at::Tensor y = x * weight.select(0, 0);
    return y / at::sum(y, {1}, true);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_sum_of_a_product
