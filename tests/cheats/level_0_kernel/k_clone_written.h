#pragma once

// A write into a part of a copy, of which nothing is returned.
// operators: copy_=2

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_clone_written {

struct Model : torch::nn::Module {
  at::Tensor forward(at::Tensor x, const at::Tensor& even, const at::Tensor& odd) {
#ifdef CHEAT
    at::Tensor y = x.clone();
    at::Tensor part = y.slice(1, 0, std::nullopt, 2);
    part.copy_(even);  // EXPECT: discarded-result
    part = x.clone().slice(1, 1, std::nullopt, 2);
    part.copy_(odd);  // EXPECT: discarded-result
    return x;
#else
    x = x.clone();
    at::Tensor part = x.slice(1, 0, std::nullopt, 2);
    part.copy_(even);
    part = x.slice(1, 1, std::nullopt, 2);
    part.copy_(odd);
    return x;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4}), at::randn({2, 2}), at::randn({2, 2})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace k_clone_written
