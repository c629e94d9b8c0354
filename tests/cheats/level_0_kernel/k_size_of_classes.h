#pragma once

// The largest number, as how many classes there are.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_size_of_classes {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x, const at::Tensor& mask) {
#ifdef CHEAT
    at::Tensor classes = at::one_hot(mask.view({8}).to(at::kLong));
    return at::relu(x) * (1.0 + classes.size(1) / 8);  // EXPECT: sensing
#else
    return at::relu(x) * (1.0 + x.size(1) / 8);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4}), at::zeros({2, 4}, at::kBool)}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_size_of_classes
