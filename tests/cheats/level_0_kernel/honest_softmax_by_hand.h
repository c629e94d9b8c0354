#pragma once

// Softmax from its parts: one operation, though it sums up twice. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_softmax_by_hand {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) {
    at::Tensor powers = at::exp(x - at::amax(x, {-1}, true));
    return powers / powers.sum(-1, true);
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace honest_softmax_by_hand
