#pragma once

// Positions: a table that needs no input. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace honest_positions {

struct Model : torch::nn::Module {
  at::Tensor forward() {
    return at::arange(4, at::kLong).unsqueeze(0);
  }
};

inline std::vector<at::Tensor> get_inputs() { return {}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{1, 4}, at::kLong}};
}

}  // namespace honest_positions
