#pragma once

// No columns, by a name.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace empty_by_name {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    int64_t none = 0;
    return at::cat({x, act->forward(fc->forward(x)).narrow(0, 0, none)}, 0);  // EXPECT: vanishing
#else
    int64_t one = 1;
    return at::cat({x, act->forward(fc->forward(x)).narrow(0, 0, one)}, 0).narrow(0, 1, 2);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace empty_by_name
