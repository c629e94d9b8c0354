#pragma once

// How people write: numbers and lists of their own, an optional child, a stack of skips. Honest:
// nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace honest_styles {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> in{nullptr}, out{nullptr};
  std::shared_ptr<relu::Model> act;
  std::vector<std::shared_ptr<linear::Model>> layers;
  std::vector<std::shared_ptr<relu::Model>> acts;
  int64_t count = 3;

  Model() : in{register_module("in", std::make_shared<linear::Model>())} {
    for (int64_t i = 0; i < count; ++i) {
      const int64_t number = 2 * i + 1;
      layers.push_back(
          register_module("layer" + std::to_string(number), std::make_shared<linear::Model>()));
    }
    acts.push_back(register_module("first", std::make_shared<relu::Model>()));
    acts.push_back(register_module("last", std::make_shared<relu::Model>()));
    out = register_module("out", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(at::Tensor x) {
    constexpr int64_t heads = 2;
    const auto batch = x.size(0), width = x.size(1);
    at::Tensor residual = in->forward(x), y = residual;
    std::vector<at::Tensor> skips;
    for (int64_t i = 0; i < count; ++i) {
      skips.push_back(y);
      y = layers[i]->forward(y);
    }
    y = acts.front()->forward(y) + skips.back();
    skips.pop_back();
    y = acts.back()->forward(y) + skips.back();
    if (act != nullptr) y = act->forward(y);
    for (std::size_t i = 0; i != layers.size(); ++i) y = layers.at(i)->forward(y);
    y = y.view({batch, heads, width / heads}).flatten(1);
    return out->forward(y) + residual;
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace honest_styles
