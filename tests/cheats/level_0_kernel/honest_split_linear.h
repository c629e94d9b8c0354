#pragma once

// Linear layer for three results at once. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_split_linear {

struct Model : torch::nn::Module {
  at::Tensor weight;

  Model() {
    weight = register_parameter("weight", at::empty({24, 8}));
  }

  std::tuple<at::Tensor, at::Tensor, at::Tensor> forward(const at::Tensor& x) {
    std::vector<at::Tensor> parts = at::linear(x, weight).split(8, -1);
    return {parts[0], parts[1], parts[2]};
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4, 8})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4, 8}, at::kFloat}, {{2, 4, 8}, at::kFloat}, {{2, 4, 8}, at::kFloat}};
}

}  // namespace honest_split_linear
