#pragma once

// Two branches, a gate and a setting. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/honest_linear_bf16.h"
#include "../level_0_kernel/honest_rms_norm.h"

namespace honest_gated_mlp {

struct Model : torch::nn::Module {
  std::shared_ptr<honest_linear_bf16::Model> up;
  std::shared_ptr<honest_rms_norm::Model> gate;
  std::shared_ptr<honest_linear_bf16::Model> down;
  double scale;
  bool has_offset = true;

  explicit Model(double s) : scale(s) {
    up = register_module("up", std::make_shared<honest_linear_bf16::Model>());
    gate = register_module("gate", std::make_shared<honest_rms_norm::Model>());
    down = register_module("down", std::make_shared<honest_linear_bf16::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
    at::Tensor y = up->forward(x) * gate->forward(x);
    if (has_offset) y = y + x;
    y = scale > 0 ? down->forward(y * scale) : down->forward(y);
    std::vector<at::Tensor> parts = y.chunk(2, -1);
    std::vector<at::Tensor> turned;
    turned.push_back(-parts[1]);
    turned.push_back(at::rsub(parts[0], 1.0));
    return at::cat(turned, -1).index({at::indexing::Slice(), at::indexing::Slice(0, 4), at::indexing::Ellipsis});
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4, 8})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4, 8}, at::kFloat}};
}

}  // namespace honest_gated_mlp
