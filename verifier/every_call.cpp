#include "verifier/every_call.h"

#include <c10/core/impl/LocalDispatchKeySet.h>

#include <memory>

#include "kernels_l0/error.h"

namespace strata {
namespace {

// No kernel of LibTorch is registered for this key, and it stands above autograd: a fallback for
// it, switched on for one thread, sees every outermost call and nothing else.
constexpr auto kEveryCallKey = c10::DispatchKey::TESTING_ONLY_GenericMode;

thread_local const EveryCall* current = nullptr;  // set while with_every_call runs

struct EveryCallKernel : c10::OperatorKernel {
  void operator()(const c10::OperatorHandle& handle, c10::DispatchKeySet,
                  torch::jit::Stack* stack) {
    const c10::impl::ExcludeDispatchKeyGuard outermost_only(kEveryCallKey);
    (*current)(handle, stack);
  }
};

// Once for the process: each registration computes the dispatch tables of all operators anew, which
// takes as long as a small component's run. Nothing reaches the fallback while its key is off.
void require_registration() {
  static const c10::RegistrationHandleRAII kRegistration =
      c10::Dispatcher::singleton().registerFallback(
          kEveryCallKey,
          c10::KernelFunction::makeFromBoxedFunctor(std::make_unique<EveryCallKernel>()),
          "strata::with_every_call");
}

struct Current {
  explicit Current(const EveryCall& call) {
    if (current != nullptr)
      throw Error("every_call.nested",
                  "with_every_call: must not be nested; got a call inside a call");
    current = &call;
  }
  ~Current() { current = nullptr; }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;
};

}  // namespace

void with_every_call(const EveryCall& call, const std::function<void()>& run) {
  require_registration();
  const Current held(call);
  const c10::impl::IncludeDispatchKeyGuard on(kEveryCallKey);
  run();
}

std::vector<at::Tensor> tensors_from(const torch::jit::Stack& stack, std::size_t first) {
  std::vector<at::Tensor> tensors;
  const auto add = [&](const at::Tensor& tensor) {
    if (tensor.defined() && tensor.has_storage()) tensors.push_back(tensor);
  };
  for (std::size_t i = first; i < stack.size(); ++i) {
    if (stack[i].isTensor()) add(stack[i].toTensor());
    if (stack[i].isTensorList())
      for (const at::Tensor& tensor : stack[i].toTensorVector()) add(tensor);
  }
  return tensors;
}

}  // namespace strata
