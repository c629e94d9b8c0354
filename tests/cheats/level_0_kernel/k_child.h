#pragma once

// A child inside a kernel.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#ifdef CHEAT
#include "../level_0_kernel/relu.h"
#endif

namespace k_child {

struct Model : torch::nn::Module {
#ifdef CHEAT
  at::Tensor weight;
  std::shared_ptr<relu::Model> inner;  // EXPECT: member
#else
  at::Tensor weight;
#endif

  Model() {
    weight = register_parameter("weight", at::empty({4, 4}));
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    return at::linear(inner->forward(x), weight);  // EXPECT: call
#else
    return at::linear(x, weight);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_child
