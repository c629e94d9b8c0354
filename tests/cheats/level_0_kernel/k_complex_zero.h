#pragma once

// The input times a complex zero.
// operators: mul=1

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_complex_zero {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    return at::mul(x, c10::complex<double>(0.0, 0.0));  // EXPECT: vanishing
#else
    return at::mul(x, c10::complex<double>(0.0, 1.0));
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kComplexFloat}};
}

}  // namespace k_complex_zero
