#pragma once

// A mean by halves.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace halved_sum {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor y = act->forward(fc->forward(x));
    at::Tensor a = y.slice(1, 0, 8) + y.slice(1, 8, 16);
    at::Tensor b = a.slice(1, 0, 4) + a.slice(1, 4, 8);
    at::Tensor c = b.slice(1, 0, 2) + b.slice(1, 2, 4);  // EXPECT: arithmetic-bound
    return c * 0.0625;
#else
    at::Tensor y = act->forward(fc->forward(x));
    at::Tensor a = y.slice(1, 0, 8) + y.slice(1, 8, 16);
    return a.slice(1, 0, 2) * 0.0625;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 16})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 2}, at::kFloat}};
}

}  // namespace halved_sum
