#pragma once

// A difference that a write would have made.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"
#include "../level_0_kernel/store.h"

namespace written_nothing {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;
  std::shared_ptr<store::Model> keep;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
    keep = register_module("keep", std::make_shared<store::Model>());
  }

  at::Tensor forward(const at::Tensor& x, const at::Tensor& out) {
#ifdef CHEAT
    at::Tensor before = out + 1;
    keep->forward(act->forward(fc->forward(x)), out);
    at::Tensor after = out + 1;
    return (after - out) * x;  // EXPECT: vanishing
#else
    at::Tensor before = out + 1;
    keep->forward(act->forward(fc->forward(x)), out);
    return (before - out) * x;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4}), at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace written_nothing
