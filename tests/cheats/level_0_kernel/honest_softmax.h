#pragma once

// Softmax. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_softmax {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) {
    return at::softmax(x, -1);
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 2, 4, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 2, 4, 4}, at::kFloat}};
}

}  // namespace honest_softmax
