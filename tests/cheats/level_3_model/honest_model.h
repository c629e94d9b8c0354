#pragma once

// A model: embeddings, layers in a list, a shared head. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/honest_causal_mask.h"
#include "../level_0_kernel/honest_embedding.h"
#include "../level_0_kernel/honest_layer_norm.h"
#include "../level_0_kernel/honest_positions.h"
#include "../level_2_layer/honest_block.h"

namespace honest_model {

struct Model : torch::nn::Module {
  std::shared_ptr<honest_embedding::Model> wte;
  std::shared_ptr<honest_embedding::Model> wpe;
  std::shared_ptr<honest_positions::Model> positions;
  std::shared_ptr<honest_causal_mask::Model> mask;
  std::vector<std::shared_ptr<honest_block::Model>> h;
  std::vector<std::shared_ptr<honest_layer_norm::Model>> norms;
  std::shared_ptr<honest_layer_norm::Model> ln_f;

  Model() {
    wte = register_module("wte", std::make_shared<honest_embedding::Model>());
    wpe = register_module("wpe", std::make_shared<honest_embedding::Model>());
    positions = register_module("positions", std::make_shared<honest_positions::Model>());
    mask = register_module("mask", std::make_shared<honest_causal_mask::Model>());
    for (int64_t i = 0; i < 3; ++i) {
      h.push_back(register_module("h_" + std::to_string(i), std::make_shared<honest_block::Model>()));
    }
    for (int64_t i = 0; i < 3; ++i) {
      norms.push_back(register_module("norms_" + std::to_string(i), std::make_shared<honest_layer_norm::Model>()));
    }
    ln_f = register_module("ln_f", std::make_shared<honest_layer_norm::Model>());
  }

  at::Tensor forward(const at::Tensor& ids, const at::Tensor& cos, const at::Tensor& sin) {
    at::Tensor where = positions->forward();
    at::Tensor hidden = mask->forward(where.expand({2, 4})).to(at::kBool);
    at::Tensor x = wte->forward(ids) + wpe->forward(where);
    for (int64_t i = 0; i < 3; ++i) {
      x = norms[i]->forward(x);
      x = h[i]->forward(x, cos, sin, hidden);
    }
    x = ln_f->forward(x);
    return ln_f->forward(x.select(1, 3).unsqueeze(1))[0];
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randint(0, 16, {2, 4}, at::kLong), at::randn({4, 4}), at::randn({4, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{1, 8}, at::kFloat}};
}

}  // namespace honest_model
