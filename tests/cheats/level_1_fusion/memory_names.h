#pragma once

// Other ways to the bytes.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

#ifdef CHEAT
#include <alloca.h>  // EXPECT: include
#include <sys/mman.h>  // EXPECT: include
#endif
namespace memory_names {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    x.data_ptr();  // EXPECT: raw-memory
    x.const_data_ptr();  // EXPECT: raw-memory
    at::from_blob(nullptr, {2});  // EXPECT: raw-memory
    torch::from_blob(nullptr, {2});  // EXPECT: raw-memory
    at::for_blob(nullptr, {2});  // EXPECT: raw-memory
    x.storage();  // EXPECT: raw-memory
    x.unsafeGetTensorImpl();  // EXPECT: raw-memory
    at::Tensor(x).unsafeReleaseTensorImpl();  // EXPECT: raw-memory
    x.getIntrusivePtr();  // EXPECT: raw-memory
    x.accessor<float, 2>();  // EXPECT: raw-memory
    x.packed_accessor32<float, 2>();  // EXPECT: raw-memory
    x.set_data(x);  // EXPECT: raw-memory
    x.set_(x);  // EXPECT: raw-memory
    x.variable_data();  // EXPECT: raw-memory
    x.tensor_data();  // EXPECT: raw-memory
    x.data();  // EXPECT: raw-memory
    memcpy(nullptr, nullptr, 0);  // EXPECT: raw-memory
    memmove(nullptr, nullptr, 0);  // EXPECT: raw-memory
    memset(nullptr, 0, 0);  // EXPECT: raw-memory
    malloc(1);  // EXPECT: raw-memory
    free(nullptr);  // EXPECT: raw-memory
    mmap(nullptr, 0, 0, 0, 0, 0);  // EXPECT: raw-memory
    std::memcpy(nullptr, nullptr, 0);  // EXPECT: raw-memory
    std::memset(nullptr, 0, 0);  // EXPECT: raw-memory
    std::malloc(1);  // EXPECT: raw-memory
    std::free(nullptr);  // EXPECT: raw-memory
    alloca(8);  // EXPECT: raw-memory
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

}  // namespace memory_names
