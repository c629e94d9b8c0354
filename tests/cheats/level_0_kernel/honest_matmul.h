#pragma once

// Matrix product. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_matmul {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& a, const at::Tensor& b) {
    return at::matmul(a, b);
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 2, 4, 4}), at::randn({2, 2, 4, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 2, 4, 4}, at::kFloat}};
}

}  // namespace honest_matmul
