#pragma once

// An input is drowned in a number; a constant may be.
// operators: zeros=1 sub=1 add=1

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_drowned {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    return at::zeros({2, 4}, at::kFloat) + (x - 1e+38);  // EXPECT: vanishing
#else
    return x + (at::zeros({2, 4}, at::kFloat) - 1e+38);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_drowned
