#pragma once

// A stored answer.
// expects: constant-output at at::Tensor forward(
#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_zeros {

struct Model : torch::nn::Module {

  Model() {
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    return at::zeros({2, 4});
#else
    return at::relu(x);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_zeros
