#pragma once

// A layer with a branch on a setting, and a loss written as arithmetic. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/honest_layer_norm.h"
#include "../level_0_kernel/honest_rms_norm.h"

namespace honest_downsample {

struct Model : torch::nn::Module {
  std::shared_ptr<honest_layer_norm::Model> main_path;
  std::shared_ptr<honest_rms_norm::Model> downsample;
  bool has_downsample;

  explicit Model(bool down) : has_downsample(down) {
    main_path = register_module("main_path", std::make_shared<honest_layer_norm::Model>());
    downsample = register_module("downsample", std::make_shared<honest_rms_norm::Model>());
  }

  std::tuple<at::Tensor, at::Tensor> forward(const at::Tensor& x, const at::Tensor& target) {
    at::Tensor residual = x;
    at::Tensor y = main_path->forward(x);
    if (has_downsample) {
      residual = downsample->forward(residual);
    } else {
      residual = residual.clone();
    }
    y = y + residual;
    return std::make_tuple(y, at::pow(y - target, 2));
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4, 8}), at::randn({2, 4, 8})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4, 8}, at::kFloat}, {{2, 4, 8}, at::kFloat}};
}

}  // namespace honest_downsample
