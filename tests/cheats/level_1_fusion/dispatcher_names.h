#pragma once

// Other ways to the dispatcher.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

#ifdef CHEAT
#include <ATen/core/dispatch/Dispatcher.h>  // EXPECT: include
#endif
namespace dispatcher_names {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    auto handle = c10::Dispatcher::singleton().findSchemaOrThrow("aten::relu", "");  // EXPECT: dispatcher
    auto typed = handle.typed<at::Tensor(const at::Tensor&)>();  // EXPECT: dispatcher
    typed.call(x);  // EXPECT: dispatcher
    c10::KernelFunction::makeFallthrough();  // EXPECT: dispatcher
    torch::Library library(torch::Library::DEF, "own", std::nullopt, "", 0);  // EXPECT: dispatcher
    at::indexing::impl::applySelect(x, 0, 0, 0, x.device(), std::nullopt);  // EXPECT: dispatcher
    at::indexing::set_item(x, {at::indexing::Slice(0, 1)}, x);  // EXPECT: dispatcher
    c10::impl::IncludeDispatchKeyGuard guard(c10::DispatchKey::Tracer);  // EXPECT: dispatcher
    at::native::relu(x);  // EXPECT: dispatcher
    torch::dispatch(c10::DispatchKey::CPU, torch::CppFunction::makeFallthrough());  // EXPECT: dispatcher
    at::_ops::relu::call(x);  // EXPECT: dispatcher
    at::indexing::get_item(x, {at::indexing::Slice(0, 1)});  // EXPECT: dispatcher
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

}  // namespace dispatcher_names
