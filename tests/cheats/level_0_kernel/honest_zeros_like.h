#pragma once

// Zeros that lie in memory like the input, as the ledger says.
// operators: zeros_like=1

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_zeros_like {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) { return at::zeros_like(x); }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace honest_zeros_like
