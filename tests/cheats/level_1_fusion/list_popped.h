#pragma once

// The result is put on a list, and taken off again.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace list_popped {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor y = act->forward(fc->forward(x));  // EXPECT: discarded-result
    std::vector<at::Tensor> kept = {x};
    kept.push_back(y);
    kept.pop_back();
    return kept.back() + x;
#else
    at::Tensor y = act->forward(fc->forward(x));
    std::vector<at::Tensor> kept = {x};
    kept.push_back(y);
    return kept.back() + x;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace list_popped
