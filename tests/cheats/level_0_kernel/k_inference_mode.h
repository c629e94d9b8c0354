#pragma once

// A kernel in another mode for a while.
// operators: relu=1

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_inference_mode {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    return at::relu((c10::InferenceMode(), x));  // EXPECT: conversion
#else
    return at::relu(x);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_inference_mode
