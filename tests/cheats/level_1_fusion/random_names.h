#pragma once

// Other random numbers.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

namespace random_names {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    at::dropout(x, 0.5, true);  // EXPECT: random
    at::alpha_dropout(x, 0.5, true);  // EXPECT: random
    at::feature_dropout(x, 0.5, true);  // EXPECT: random
    at::rand({2});  // EXPECT: random
    at::randn({2});  // EXPECT: random
    at::bernoulli(x);  // EXPECT: random
    x.bernoulli();  // EXPECT: random
    at::multinomial(x, 1);  // EXPECT: random
    x.multinomial(1);  // EXPECT: random
    at::normal(0.0, x);  // EXPECT: random
    x.normal_();  // EXPECT: random
    x.uniform_();  // EXPECT: random
    x.random_();  // EXPECT: random
    x.bernoulli_();  // EXPECT: random
    at::poisson(x);  // EXPECT: random
    x.exponential_();  // EXPECT: random
    x.geometric_(0.5);  // EXPECT: random
    x.cauchy_();  // EXPECT: random
    x.log_normal_();  // EXPECT: random
    at::uniform(x);  // EXPECT: random
    at::random(x);  // EXPECT: random
    at::exponential(x);  // EXPECT: random
    at::geometric(x, 0.5);  // EXPECT: random
    at::cauchy(x);  // EXPECT: random
    at::log_normal(x);  // EXPECT: random
    at::rrelu(x);  // EXPECT: random
    return act->forward(fc->forward(x)) + x;
#else
    return act->forward(fc->forward(x)) + x;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace random_names
