#pragma once

// Complex numbers, of which the scan knows too little to see that nothing is left.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/relu.h"

namespace complex_in_parent {

struct Model : torch::nn::Module {
  std::shared_ptr<relu::Model> act;

  Model() {
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    return act->forward(x) * c10::complex<double>(0.0, 0.0) + x;  // EXPECT: conversion
#else
    return act->forward(x) * 0.5 + x;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace complex_in_parent
