#include "verifier/outside_writes.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <fmt/format.h>

#include <cstring>
#include <unordered_map>

#include "verifier/every_call.h"

namespace strata {
namespace {

// Changes with every bit of the memory.
std::uint64_t digest_of(const c10::Storage& storage) {
  constexpr std::uint64_t kPrime = 0x100000001b3;
  const auto* bytes = static_cast<const char*>(storage.data());
  std::uint64_t digest = storage.nbytes();
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= storage.nbytes(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + at, sizeof word);
    digest = (digest ^ word) * kPrime;
    digest ^= digest >> 32;
  }
  for (; at < storage.nbytes(); ++at)
    digest = (digest ^ static_cast<std::uint64_t>(bytes[at])) * kPrime;
  return digest;
}

// An operator with a kernel that was put in another's place. LibTorch keeps the one that was there.
std::string replaced_operator() {
  for (const c10::OperatorName& name : c10::Dispatcher::singleton().getAllOpNames()) {
    const auto handle = c10::Dispatcher::singleton().findOp(name);
    if (handle && handle->dumpState().find("(inactive)") != std::string::npos)
      return "replaced LibTorch's own " + c10::toString(name);
  }
  return "";
}

class Watcher {
 public:
  explicit Watcher(const std::vector<TraceInput>& inputs) {
    for (const TraceInput& input : inputs) remember(input.tensor, input.label);
  }

  void call(const c10::OperatorHandle& handle, torch::jit::Stack* stack) {
    const std::string name = handle.schema().name();
    const std::size_t below = stack->size() - handle.schema().arguments().size();
    const std::vector<at::Tensor> operands = tensors_from(*stack, below);
    for (const at::Tensor& operand : operands) look(operand, name + " read it");
    handle.callBoxed(stack);
    // Running statistics are written without a word in the schema.
    if (handle.schema().is_mutable() || name.find("batch_norm") != std::string::npos) {
      for (const at::Tensor& operand : operands) remember(operand, "what " + name + " wrote");
    }
    for (const at::Tensor& result : tensors_from(*stack, below)) {
      if (!knows(result)) remember(result, "the result of " + name);
    }
  }

  void look(const at::Tensor& tensor, const std::string& when) {
    if (!found_.empty() || !has_memory(tensor)) return;
    const auto known = known_.find(tensor.storage().unsafeGetStorageImpl());
    if (known == known_.end()) {
      remember(tensor, "a tensor of unknown origin");
    } else if (known->second.digest != digest_of(tensor.storage())) {
      found_ = fmt::format("{} was changed by something that is no operator, before {}",
                           known->second.label, when);
    }
  }

  const std::string& found() const { return found_; }

 private:
  struct Known {
    std::uint64_t digest = 0;
    std::string label;
    c10::weak_intrusive_ptr<c10::StorageImpl> keep;  // so that its address is not used again
  };

  static bool has_memory(const at::Tensor& tensor) {
    return tensor.defined() && tensor.has_storage() && tensor.storage().nbytes() > 0 &&
           tensor.storage().data() != nullptr;
  }
  bool knows(const at::Tensor& tensor) const {
    return has_memory(tensor) && known_.contains(tensor.storage().unsafeGetStorageImpl());
  }
  void remember(const at::Tensor& tensor, const std::string& label) {
    if (!has_memory(tensor)) return;
    const c10::Storage& storage = tensor.storage();
    known_.insert_or_assign(
        storage.unsafeGetStorageImpl(),
        Known{digest_of(storage), label,
              c10::weak_intrusive_ptr<c10::StorageImpl>(storage.getWeakStorageImpl())});
  }

  std::unordered_map<const c10::StorageImpl*, Known> known_;
  std::string found_;
};

}  // namespace

std::string outside_writes(const std::vector<TraceInput>& inputs,
                           const std::function<std::vector<at::Tensor>()>& run) {
  const std::string replaced = replaced_operator();
  if (!replaced.empty()) return replaced;
  Watcher watcher(inputs);
  std::vector<at::Tensor> results;
  with_every_call([&](const c10::OperatorHandle& handle,
                      torch::jit::Stack* stack) { watcher.call(handle, stack); },
                  [&] { results = run(); });
  for (const at::Tensor& result : results) watcher.look(result, "it was returned");
  for (const TraceInput& input : inputs) watcher.look(input.tensor, "the end");
  return watcher.found();
}

}  // namespace strata
