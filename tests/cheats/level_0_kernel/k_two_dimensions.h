#pragma once

// Sums over one dimension, then over the other.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_two_dimensions {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor y = x / at::sum(x, {1}, true);
    return y / at::sum(y, {0}, true);  // EXPECT: one-operation
#else
    at::Tensor y = x - at::amax(x, {1}, true);
    return y / at::sum(y, {1}, true);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_two_dimensions
