#pragma once

// How many pieces what was found has.
// alone

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_list_found {

struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x, const at::Tensor& mask) {
#ifdef CHEAT
    std::vector<at::Tensor> found = at::masked_select(x, mask).unbind();
    return at::relu(x) * (1.0 + found.size() / 8);  // EXPECT: sensing
#else
    return at::relu(x) * 1.5;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4}), at::zeros({2, 4}, at::kBool)}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_list_found
