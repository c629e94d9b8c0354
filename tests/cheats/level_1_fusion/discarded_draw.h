#pragma once

// A draw that nobody reads moves the generator for the next one; work that nobody reads is a decoy.
#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/noise.h"
#include "../level_0_kernel/relu.h"

namespace discarded_draw {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<noise::Model> unread;
  std::shared_ptr<noise::Model> drawn;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    unread = register_module("unread", std::make_shared<noise::Model>());
    drawn = register_module("drawn", std::make_shared<noise::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    unread->forward();
    act->forward(fc->forward(x));  // EXPECT: discarded-result
    return x + drawn->forward();
#else
    unread->forward();
    return act->forward(fc->forward(x)) + drawn->forward();
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace discarded_draw
