#pragma once

// A semantic kernel with a second reduction.
// operators: pow=1 mean=1 add=1 rsqrt=1 mul=2
#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_ledger_semantic {

struct Model : torch::nn::Module {
  at::Tensor weight;

  Model() {
    weight = register_parameter("weight", at::empty({4, 4}));
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    return weight.select(0, 0) * (x * at::rsqrt(at::mean(x.pow(2), {-1}, true) + at::mean(x)));  // EXPECT: operator-ledger
#else
    return weight.select(0, 0) * (x * at::rsqrt(at::mean(x.pow(2), {-1}, true) + 1e-06));
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_ledger_semantic
