#pragma once

// A second branch on data beside the one that the original has.
// operators: cond_then=1 linear=1 cond_else=1 relu=1 cond=1
#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_cond_second {

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
      chosen = at::relu(x);
    }
#ifdef CHEAT
    if (predicate.item<bool>()) chosen = chosen + chosen;  // EXPECT: control-flow
    return chosen;
#else
    return chosen;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() {
  return {at::randint(0, 2, {}, at::kBool), at::randn({2, 4})};
}

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_cond_second
