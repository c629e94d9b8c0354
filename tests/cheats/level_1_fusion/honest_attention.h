#pragma once

// Attention with grouped heads, a mask and a scale. Honest: nothing may be found here.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/honest_linear_bf16.h"
#include "../level_0_kernel/honest_matmul.h"
#include "../level_0_kernel/honest_rope.h"
#include "../level_0_kernel/honest_softmax.h"
#include "../level_0_kernel/honest_split_linear.h"

namespace honest_attention {

struct Model : torch::nn::Module {
  std::shared_ptr<honest_split_linear::Model> qkv;
  std::shared_ptr<honest_rope::Model> rope;
  std::shared_ptr<honest_matmul::Model> matmul;
  std::shared_ptr<honest_softmax::Model> softmax;
  std::shared_ptr<honest_matmul::Model> matmul_2;
  std::shared_ptr<honest_linear_bf16::Model> proj;

  Model() {
    qkv = register_module("qkv", std::make_shared<honest_split_linear::Model>());
    rope = register_module("rope", std::make_shared<honest_rope::Model>());
    matmul = register_module("matmul", std::make_shared<honest_matmul::Model>());
    softmax = register_module("softmax", std::make_shared<honest_softmax::Model>());
    matmul_2 = register_module("matmul_2", std::make_shared<honest_matmul::Model>());
    proj = register_module("proj", std::make_shared<honest_linear_bf16::Model>());
  }

  at::Tensor forward(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, const at::Tensor& mask) {
    auto [q, k, v] = qkv->forward(x);
    const int64_t heads = 2;
    q = q.view({x.size(0), -1, heads, 4}).transpose(1, 2);
    k = k.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
    v = v.view({2, 4, 1, 8}).slice(3, 0, 4).transpose(1, 2).unsqueeze(2).expand({2, 1, 2, 4, 4});
    v = v.reshape({2, 2, 4, 4}).contiguous();
    std::tie(q, k) = rope->forward(q, k, cos, sin);
    at::Tensor scores = matmul->forward(q, k.transpose(-2, -1)) / std::sqrt(4.0);
    scores = scores.masked_fill(mask, -std::numeric_limits<float>::infinity());
    at::Tensor context = matmul_2->forward(softmax->forward(scores), v);
    return proj->forward(context.permute({0, 2, 1, 3}).flatten(2));
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4, 8}), at::randn({4, 4}), at::randn({4, 4}), at::zeros({1, 1, 4, 4}, at::kBool)}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4, 8}, at::kFloat}};
}

}  // namespace honest_attention
