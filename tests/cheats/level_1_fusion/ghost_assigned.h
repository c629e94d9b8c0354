#pragma once

// A child behind a setting that the constructor turns off.
// expects: child-not-called at linear::Model> fc;
#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace ghost_assigned {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;
  bool deep = true;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
#ifdef CHEAT
    deep = false;
#else
    deep = true;
#endif
  }

  at::Tensor forward(const at::Tensor& x) {
    at::Tensor y = act->forward(x);
    if (deep) y = fc->forward(y);
    return y;
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace ghost_assigned
