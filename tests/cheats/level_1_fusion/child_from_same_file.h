#pragma once

// A child that is defined beside its parent.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace child_from_same_file {

#ifdef CHEAT
struct Hidden : torch::nn::Module { at::Tensor forward(const at::Tensor& t) { return t.tanh(); } };  // EXPECT: declaration
#endif

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;
#ifdef CHEAT
  std::shared_ptr<Hidden> hidden;
#endif

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
#ifdef CHEAT
    hidden = register_module("hidden", std::make_shared<Hidden>());  // EXPECT: child-origin
#endif
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    return act->forward(hidden->forward(fc->forward(x)));
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

}  // namespace child_from_same_file
