#pragma once

// Writes into a tensor of its own. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_running_mean {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& a, const at::Tensor& b) {
    at::Tensor both = at::zeros({2, 8});
    at::Tensor part = both.slice(1, 0, 4);
    part.copy_(a + b);
    return both;
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4}), at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 8}, at::kFloat}};
}

}  // namespace honest_running_mean
