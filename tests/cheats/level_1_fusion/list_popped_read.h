#pragma once

// What lies behind the end of a list.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace list_popped_read {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    std::vector<at::Tensor> kept = {act->forward(fc->forward(x))};
    kept.push_back(x);
    kept.pop_back();
    return kept.back() + kept[1];  // EXPECT: uninitialised
#else
    std::vector<at::Tensor> kept = {x};
    kept.push_back(act->forward(fc->forward(x)));
    return kept.back() + kept[0];
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace list_popped_read
