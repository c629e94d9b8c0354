#pragma once

// Names for the parts of a tuple that is then filled anew.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace binding_by_reference {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    auto both = std::make_tuple(act->forward(fc->forward(x)), x);
    auto& [y, z] = both;  // EXPECT: state
    both = std::make_tuple(x, x);
    return y + z;
#else
    auto both = std::make_tuple(act->forward(fc->forward(x)), x);
    const auto& [y, z] = both;
    return y + z;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace binding_by_reference
