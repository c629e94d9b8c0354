#pragma once

// Rotary embedding: x * cos + rotate(x) * sin. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_rope {

struct Model : torch::nn::Module {
  std::tuple<at::Tensor, at::Tensor> forward(const at::Tensor& q, const at::Tensor& k, const at::Tensor& cos, const at::Tensor& sin) {
    at::Tensor turned = at::cat({-q.slice(3, 2), q.slice(3, 0, 2)}, -1);
    at::Tensor turned_2 = at::cat({-k.slice(3, 2, std::numeric_limits<int64_t>::max()), k.slice(3, 0, 2)}, -1);
    return {q * cos + turned * sin, k * cos + turned_2 * sin};
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 2, 4, 4}), at::randn({2, 2, 4, 4}), at::randn({4, 4}), at::randn({4, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 2, 4, 4}, at::kFloat}, {{2, 2, 4, 4}, at::kFloat}};
}

}  // namespace honest_rope
