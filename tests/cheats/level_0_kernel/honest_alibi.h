#pragma once

// Slopes of a bias by distance: a power by a table. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_alibi {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& distance) {
    at::Tensor slopes = at::full({}, 0.25, at::kFloat).pow(at::arange(1, 5, at::kInt));
    return slopes.unsqueeze(1) * distance;
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({4, 8})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{4, 8}, at::kFloat}};
}

}  // namespace honest_alibi
