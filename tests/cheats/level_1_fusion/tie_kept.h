#pragma once

// A tuple of references, by which a variable is given another value.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace tie_kept {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::Tensor y = act->forward(fc->forward(x));
    at::Tensor z = x;
    auto both = std::tie(y, z);  // EXPECT: state
    both = std::make_tuple(x, x);
    return y + z;
#else
    at::Tensor y = act->forward(fc->forward(x));
    at::Tensor z = x;
    std::tie(y, z) = std::make_tuple(z, y);
    return y + z;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace tie_kept
