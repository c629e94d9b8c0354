#pragma once

// A matrix product written out from slices.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace unrolled_product {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

#ifdef CHEAT
  at::Tensor forward(const at::Tensor& x) { // EXPECT: arithmetic-bound
#else
  at::Tensor forward(const at::Tensor& x) {
#endif
#ifdef CHEAT
    at::Tensor y = x;
    y = y + x.slice(1, 0, 1) * x.slice(0, 0, 1);
    y = y + x.slice(1, 1, 2) * x.slice(0, 1, 2);
    y = y + x.slice(1, 2, 3) * x.slice(0, 0, 1);
    y = y + x.slice(1, 3, 4) * x.slice(0, 1, 2);
    y = y + x.slice(1, 4, 5) * x.slice(0, 0, 1);
    y = y + x.slice(1, 5, 6) * x.slice(0, 1, 2);
    y = y + x.slice(1, 6, 7) * x.slice(0, 0, 1);
    y = y + x.slice(1, 7, 8) * x.slice(0, 1, 2);
    y = y + x.slice(1, 8, 9) * x.slice(0, 0, 1);
    y = y + x.slice(1, 9, 10) * x.slice(0, 1, 2);
    y = y + x.slice(1, 10, 11) * x.slice(0, 0, 1);
    y = y + x.slice(1, 11, 12) * x.slice(0, 1, 2);
    y = y + x.slice(1, 12, 13) * x.slice(0, 0, 1);
    y = y + x.slice(1, 13, 14) * x.slice(0, 1, 2);
    y = y + x.slice(1, 14, 15) * x.slice(0, 0, 1);
    y = y + x.slice(1, 15, 16) * x.slice(0, 1, 2);
    y = y + x.slice(1, 16, 17) * x.slice(0, 0, 1);
    y = y + x.slice(1, 17, 18) * x.slice(0, 1, 2);
    y = y + x.slice(1, 18, 19) * x.slice(0, 0, 1);
    y = y + x.slice(1, 19, 20) * x.slice(0, 1, 2);
    y = y + x.slice(1, 20, 21) * x.slice(0, 0, 1);
    y = y + x.slice(1, 21, 22) * x.slice(0, 1, 2);
    y = y + x.slice(1, 22, 23) * x.slice(0, 0, 1);
    y = y + x.slice(1, 23, 24) * x.slice(0, 1, 2);
    y = y + x.slice(1, 24, 25) * x.slice(0, 0, 1);
    return act->forward(fc->forward(y));
#else
    at::Tensor y = x + x.slice(1, 0, 1) * x.slice(0, 0, 1);
    return act->forward(fc->forward(y));
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace unrolled_product
