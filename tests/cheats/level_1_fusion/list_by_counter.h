#pragma once

// A list of which the counter picks one.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace list_by_counter {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;
  std::vector<std::shared_ptr<relu::Model>> h;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
    for (int64_t i = 0; i < 3; ++i) h.push_back(register_module("h_" + std::to_string(i), std::make_shared<relu::Model>()));
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor y = act->forward(fc->forward(x));
    for (int64_t i = 0; i < 3; ++i) {
      if (i == 0) y = h[i]->forward(y);  // EXPECT: control-flow
    }
    return y;
#else
    at::Tensor y = act->forward(fc->forward(x));
    for (int64_t i = 0; i < 3; ++i) {
      y = h[i]->forward(y);
    }
    return y;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace list_by_counter
