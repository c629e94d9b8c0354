#pragma once

// Other questions.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

#ifdef CHEAT
#include <ATen/Parallel.h>  // EXPECT: include
#include <exception>  // EXPECT: include
#include <random>  // EXPECT: include
#include <sys/time.h>  // EXPECT: include
#include <unistd.h>  // EXPECT: include
#endif
namespace sensing_names {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    std::chrono::steady_clock::now();  // EXPECT: sensing
    time(nullptr);  // EXPECT: sensing
    clock();  // EXPECT: sensing
    clock_gettime(0, nullptr);  // EXPECT: sensing
    gettimeofday(nullptr, nullptr);  // EXPECT: sensing
    std::time(nullptr);  // EXPECT: sensing
    std::clock();  // EXPECT: sensing
    rand();  // EXPECT: sensing
    random();  // EXPECT: sensing
    std::rand();  // EXPECT: sensing
    std::random_device()();  // EXPECT: sensing
    std::mt19937()();  // EXPECT: sensing
    is_training();  // EXPECT: sensing
    c10::GradMode::is_enabled();  // EXPECT: sensing
    at::GradMode::is_enabled();  // EXPECT: sensing
    c10::InferenceMode::is_enabled();  // EXPECT: sensing
    at::globalContext();  // EXPECT: sensing
    at::get_num_threads();  // EXPECT: sensing
    at::get_thread_num();  // EXPECT: sensing
    x.requires_grad();  // EXPECT: sensing
    x.use_count();  // EXPECT: sensing
    x.is_leaf();  // EXPECT: sensing
    x._version();  // EXPECT: sensing
    x.is_alias_of(x);  // EXPECT: sensing
    x.is_same(x);  // EXPECT: sensing
    x.item();  // EXPECT: sensing
    x.equal(x);  // EXPECT: sensing
    at::equal(x, x);  // EXPECT: sensing
    x.allclose(x);  // EXPECT: sensing
    at::allclose(x, x);  // EXPECT: sensing
    x.is_nonzero();  // EXPECT: sensing
    at::is_nonzero(x);  // EXPECT: sensing
    x.is_contiguous();  // EXPECT: sensing
    x.numel();  // EXPECT: sensing
    x.defined();  // EXPECT: sensing
    x.stride(0);  // EXPECT: sensing
    x.strides();  // EXPECT: sensing
    x.storage_offset();  // EXPECT: sensing
    x.name();  // EXPECT: sensing
    x.device();  // EXPECT: sensing
    x.is_meta();  // EXPECT: sensing
    getpid();  // EXPECT: sensing
    std::uncaught_exceptions();  // EXPECT: sensing
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

}  // namespace sensing_names
