#pragma once

// The two largest of each row, with their places. Honest; the pairs call it.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace top_two {

struct Model : torch::nn::Module {

  std::tuple<at::Tensor, at::Tensor> forward(const at::Tensor& x) { return at::topk(x, 2); }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace top_two
