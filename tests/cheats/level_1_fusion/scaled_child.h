#pragma once

// A child with a factor that its argument gives. Honest by itself.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace scaled_child {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  double scale;

  explicit Model(double factor) { fc = register_module("fc", std::make_shared<linear::Model>()); scale = factor; }

  at::Tensor forward(const at::Tensor& x) { return x + fc->forward(x) * scale; }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace scaled_child
