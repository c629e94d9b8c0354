#pragma once

// Random numbers. Honest; the pairs call it.
// operators: rand=1

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace noise {

struct Model : torch::nn::Module {
  at::Tensor forward() { return at::rand({2, 4}); }
};

inline std::vector<at::Tensor> get_inputs() { return {}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace noise
