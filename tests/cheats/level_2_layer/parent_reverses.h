#pragma once

// A child of the same file called twice, the first result lost.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"
#include "../level_1_fusion/fused.h"

namespace parent_reverses {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;
  std::shared_ptr<fused::Model> inner;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
    inner = register_module("inner", std::make_shared<fused::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor y = inner->forward(x);  // EXPECT: discarded-result
    y = inner->forward(x);
    return act->forward(fc->forward(y));
#else
    at::Tensor y = inner->forward(x);
    y = inner->forward(y);
    return act->forward(fc->forward(y));
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace parent_reverses
