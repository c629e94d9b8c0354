#pragma once

// A write into what may be a copy of what is returned.
// operators: linear=1 add_=1

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_writes_a_copy {

struct Model : torch::nn::Module {
  at::Tensor weight;

  Model() {
    weight = register_parameter("weight", at::empty({4, 4}));
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor y = at::linear(x, weight);
    at::Tensor z = y.t();
    y = y.t().contiguous();
    y.add_(1);  // EXPECT: discarded-result
    return z;
#else
    at::Tensor y = at::linear(x, weight);
    at::Tensor z = x.t();
    y = y.t().contiguous();
    y.add_(1);
    return y;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_writes_a_copy
