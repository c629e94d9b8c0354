#pragma once

// A sum that stays in its second input.
// operators: add_=1

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace add_into {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x, const at::Tensor& out) { return out.add_(x); }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4}), at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace add_into
