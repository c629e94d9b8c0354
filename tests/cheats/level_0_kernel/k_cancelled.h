#pragma once

// What was computed is taken away again; an input may be, as a straight-through estimator does.
// operators: tanh=1 add=2 sub=2

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_cancelled {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    const at::Tensor y = at::tanh(x);
    return x + y - y;  // EXPECT: vanishing
#else
    const at::Tensor y = at::tanh(x);
    const at::Tensor z = y - x + x;
    return x + (z - x);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_cancelled
