#pragma once

// A child that is called where it was made, and never is.
// expects: child-not-called at std::shared_ptr<relu::Model> act;

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace never_made {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
#ifdef CHEAT
#else
    act = register_module("act", std::make_shared<relu::Model>());
#endif
  }

  at::Tensor forward(const at::Tensor& x) {
    at::Tensor y = fc->forward(x);
    if (act) y = act->forward(y);
    return y + x;
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace never_made
