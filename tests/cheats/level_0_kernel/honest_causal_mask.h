#pragma once

// Causal mask from positions: elementwise operators and constants. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_causal_mask {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& positions) {
    at::Tensor keys = (at::arange(4) + 0).unsqueeze(0);
    at::Tensor seen = at::le(keys, positions.unsqueeze(-1));
    at::Tensor both = at::__and__(at::ones({}, at::kBool), seen);
    return at::where(both, at::zeros({}, at::kFloat), -3.4028234663852886e+38).unsqueeze(1);
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randint(0, 4, {2, 4}, at::kLong)}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 1, 4, 4}, at::kFloat}};
}

}  // namespace honest_causal_mask
