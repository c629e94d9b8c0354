#pragma once

// A branch that may never be taken computes nothing.
// expects: operator-ledger at at::Tensor forward
// operators: cond_then=1 linear=1 cond_else=1 relu=1 cond=1
#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_cond_left_out {

struct Model : torch::nn::Module {
  at::Tensor weight;

  Model() {
    weight = register_parameter("weight", at::empty({4, 4}));
  }

  at::Tensor forward(const at::Tensor& predicate, const at::Tensor& x) {
    at::Tensor chosen;
    if (predicate.item<bool>()) {
      chosen = at::linear(x, weight);
    } else {
#ifdef CHEAT
      chosen = x;
#else
      chosen = at::relu(x);
#endif
    }
    return chosen;
  }
};

inline std::vector<at::Tensor> get_inputs() {
  return {at::randint(0, 2, {}, at::kBool), at::randn({2, 4})};
}

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_cond_left_out
