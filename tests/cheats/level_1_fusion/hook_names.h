#pragma once

// Other handles on modules.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

#ifdef CHEAT
#include <ATen/record_function.h>  // EXPECT: include
#endif
namespace hook_names {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    x.register_hook([](at::Tensor) {});  // EXPECT: hook
    apply([](torch::nn::Module&) {});  // EXPECT: hook
    act->to(at::kFloat);  // EXPECT: hook
    train();  // EXPECT: hook
    eval();  // EXPECT: hook
    children();  // EXPECT: hook
    modules();  // EXPECT: hook
    named_children();  // EXPECT: hook
    parameters();  // EXPECT: hook
    buffers();  // EXPECT: hook
    replace_module("act", act);  // EXPECT: hook
    unregister_module("act");  // EXPECT: hook
    clone();  // EXPECT: hook
    torch::serialize::InputArchive input;
    torch::serialize::OutputArchive output;
    load(input);  // EXPECT: hook
    save(output);  // EXPECT: hook
    zero_grad();  // EXPECT: hook
    act->as<relu::Model>();  // EXPECT: hook
    shared_from_this();  // EXPECT: hook
    at::RecordFunction record(at::RecordScope::FUNCTION);  // EXPECT: hook
    at::RecordFunctionCallback callback(nullptr);  // EXPECT: hook
    at::addGlobalCallback(callback);  // EXPECT: hook
    at::addThreadLocalCallback(callback);  // EXPECT: hook
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

}  // namespace hook_names
