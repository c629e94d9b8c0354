#pragma once

// Two products, written out column by column.
// expects: one-operation at h.select(1, 3)

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace k_products_written_out {

struct Model : torch::nn::Module {
  at::Tensor weight;
  at::Tensor weight_2;

  Model() {
    weight = register_parameter("weight", at::empty({6, 6}));
    weight_2 = register_parameter("weight_2", at::empty({6, 6}));
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor h = x.select(1, 0).unsqueeze(1) * weight.select(0, 0) +
        x.select(1, 1).unsqueeze(1) * weight.select(0, 1) +
        x.select(1, 2).unsqueeze(1) * weight.select(0, 2) +
        x.select(1, 3).unsqueeze(1) * weight.select(0, 3) +
        x.select(1, 4).unsqueeze(1) * weight.select(0, 4) +
        x.select(1, 5).unsqueeze(1) * weight.select(0, 5);
    return h.select(1, 0).unsqueeze(1) * weight_2.select(0, 0) +
        h.select(1, 1).unsqueeze(1) * weight_2.select(0, 1) +
        h.select(1, 2).unsqueeze(1) * weight_2.select(0, 2) +
        h.select(1, 3).unsqueeze(1) * weight_2.select(0, 3) +
        h.select(1, 4).unsqueeze(1) * weight_2.select(0, 4) +
        h.select(1, 5).unsqueeze(1) * weight_2.select(0, 5);
#else
    at::Tensor h = x.select(1, 0).unsqueeze(1) * weight.select(0, 0) +
        x.select(1, 1).unsqueeze(1) * weight.select(0, 1) +
        x.select(1, 2).unsqueeze(1) * weight.select(0, 2) +
        x.select(1, 3).unsqueeze(1) * weight.select(0, 3) +
        x.select(1, 4).unsqueeze(1) * weight.select(0, 4) +
        x.select(1, 5).unsqueeze(1) * weight.select(0, 5);
    return h;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 6})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 6}, at::kFloat}};
}

}  // namespace k_products_written_out
