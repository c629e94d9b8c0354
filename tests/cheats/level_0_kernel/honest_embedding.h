#pragma once

// Embedding. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_embedding {

struct Model : torch::nn::Module {
  at::Tensor weight;

  Model() {
    weight = register_parameter("weight", at::empty({16, 8}));
  }

  at::Tensor forward(const at::Tensor& ids) {
    return at::embedding(weight, ids);
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randint(0, 16, {2, 4}, at::kLong)}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4, 8}, at::kFloat}};
}

}  // namespace honest_embedding
