#pragma once

// How many elements a mask let through.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_size_indexed {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x, const at::Tensor& mask) {
#ifdef CHEAT
    at::Tensor found = at::index(x, {mask});
    return found * (2.0 + found.size(0) / 8);  // EXPECT: sensing
#else
    return at::index(x, {mask}) * (2.0 + x.size(0) / 8);
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4}), at::zeros({2, 4}, at::kBool)}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{0}, at::kFloat}};
}

}  // namespace k_size_indexed
