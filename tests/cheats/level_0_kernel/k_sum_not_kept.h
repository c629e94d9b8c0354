#pragma once

// A sum that is laid along the other dimension.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_sum_not_kept {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor y = x - at::mean(x, {1});
    return y / at::sum(y, {1});  // EXPECT: one-operation
#else
    at::Tensor y = x - at::mean(x, {1}, true);
    return y / at::sum(y, {1}, true);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({4, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{4, 4}, at::kFloat}};
}

}  // namespace k_sum_not_kept
