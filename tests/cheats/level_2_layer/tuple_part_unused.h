#pragma once

// Half of a child's answer, the wrong one.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"
#include "../level_0_kernel/top_two.h"

namespace tuple_part_unused {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;
  std::shared_ptr<top_two::Model> top;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
    top = register_module("top", std::make_shared<top_two::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    auto [values, places] = top->forward(act->forward(fc->forward(x)));
    return x.index({places});  // EXPECT: tensor-index
#else
    auto [values, places] = top->forward(act->forward(fc->forward(x)));
    return values + x.slice(1, 0, 2);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace tuple_part_unused
