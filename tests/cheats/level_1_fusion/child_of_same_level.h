#pragma once

// A fusion inside a fusion.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"
#ifdef CHEAT
#include "../level_1_fusion/fused.h"
#endif

namespace child_of_same_level {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;
#ifdef CHEAT
  std::shared_ptr<fused::Model> inner;  // EXPECT: child-level
#endif

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
#ifdef CHEAT
    inner = register_module("inner", std::make_shared<fused::Model>());
#endif
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    return inner->forward(act->forward(fc->forward(x)));
#else
    return act->forward(fc->forward(x)) + x;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace child_of_same_level
