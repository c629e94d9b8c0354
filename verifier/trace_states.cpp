#include "verifier/trace_states.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <random>
#include <tuple>

#include "kernels_l0/sha256.h"

namespace strata {
namespace {

std::string name_of(const std::string& operation, const std::string& digest) {
  std::string_view name = operation;
  if (name.starts_with("aten::")) name.remove_prefix(6);
  return fmt::format("{}#{}", name.substr(0, name.find('.')), digest.substr(0, 8));
}

std::int64_t offset_in_bytes(const at::Tensor& tensor) {
  return tensor.storage_offset() * static_cast<std::int64_t>(tensor.element_size());
}

// Of several labels on one storage the first of these, in the same order on both sides of a proof.
bool stands_first(const TraceInput& first, const TraceInput& second) {
  const auto key = [](const TraceInput& input) {
    return std::tuple(offset_in_bytes(input.tensor), -input.tensor.numel(), input.label);
  };
  return key(first) < key(second);
}

}  // namespace

std::string short_digest(std::string_view text) { return sha256(text).substr(0, 32); }

StorageStates::StorageStates(const std::vector<TraceInput>& inputs) {
  std::random_device source;
  salt_ = fmt::format("{:08x}{:08x}{:08x}{:08x}", source(), source(), source(), source());
  std::vector<TraceInput> sorted;
  for (const TraceInput& input : inputs)
    if (input.tensor.defined() && input.tensor.has_storage()) sorted.push_back(input);
  std::stable_sort(sorted.begin(), sorted.end(), stands_first);
  for (const TraceInput& input : sorted) {
    if (knows(input.tensor)) continue;
    State& state = add(input.tensor, input.label, short_digest("storage of " + input.label));
    state.origin = input.names_storage ? 0 : offset_in_bytes(input.tensor);
  }
}

StorageStates::State& StorageStates::add(const at::Tensor& tensor, std::string words,
                                         std::string digest) {
  const c10::Storage& storage = tensor.storage();
  State state{std::move(words),
              std::move(digest),
              0,
              false,
              -1,
              c10::weak_intrusive_ptr<c10::StorageImpl>(storage.getWeakStorageImpl())};
  return states_.insert_or_assign(storage.unsafeGetStorageImpl(), std::move(state)).first->second;
}

bool StorageStates::knows(const at::Tensor& tensor) const {
  return tensor.has_storage() && states_.contains(tensor.storage().unsafeGetStorageImpl());
}

std::string StorageStates::unique() { return fmt::format("{} {}", salt_, unique_++); }

StorageStates::State& StorageStates::state_of(const at::Tensor& tensor) {
  const auto found = states_.find(tensor.storage().unsafeGetStorageImpl());
  if (found != states_.end()) return found->second;
  return add(tensor, "a tensor of unknown origin", short_digest("unknown " + unique()));
}

TensorNumber StorageStates::number(const at::Tensor& tensor) {
  if (!tensor.defined()) return {"None", "None"};
  if (!tensor.has_storage()) return {"a tensor without storage", short_digest(unique())};
  const State& state = state_of(tensor);
  const std::int64_t offset = offset_in_bytes(tensor) - state.origin;
  std::string view = fmt::format("[{}]", fmt::join(tensor.sizes(), ", "));
  if (!tensor.is_contiguous())
    view += fmt::format(" strides [{}]", fmt::join(tensor.strides(), ", "));
  if (offset != 0) view += fmt::format(" offset {} bytes", offset);
  view += fmt::format(" {}", c10::toString(tensor.scalar_type()));
  if (tensor.is_conj()) view += " conjugated";
  if (tensor.is_neg()) view += " negated";
  // Strides of a contiguous tensor still differ where a size is 1; they may matter to a kernel.
  const std::string number = short_digest(
      fmt::format("{} as {} strides [{}]", state.digest, view, fmt::join(tensor.strides(), ", ")));
  return {fmt::format("{} as {}", state.words, view), number};
}

void StorageStates::made(const at::Tensor& tensor, const TracedCall& call, int index,
                         std::size_t position) {
  // The layout of what a call makes follows from the call, so it need not be said.
  const std::string digest = short_digest(fmt::format("{} result {}", call.number, position));
  const bool known = knows(tensor);
  State& state = add(tensor, name_of(call.operation, digest), digest);
  state.last_call = index;
  state.was_written = known;
}

void StorageStates::copied(const at::Tensor& tensor, const at::Tensor& source) {
  const State from = state_of(source);
  State& state = add(tensor, from.words, from.digest);
  state.origin = from.origin;
  state.last_call = from.last_call;
}

void StorageStates::written(const at::Tensor& tensor, const TracedCall& call, int index,
                            std::size_t position) {
  if (!tensor.defined() || !tensor.has_storage()) return;
  State& state = state_of(tensor);
  state.digest = short_digest(
      fmt::format("{} written by {} through its argument {}", state.digest, call.number, position));
  state.words = name_of(call.operation, state.digest);
  state.was_written = true;
  state.last_call = index;
}

int StorageStates::last_call(const at::Tensor& tensor) const {
  if (!tensor.defined() || !tensor.has_storage()) return -1;
  const auto found = states_.find(tensor.storage().unsafeGetStorageImpl());
  return found == states_.end() ? -1 : found->second.last_call;
}

bool StorageStates::was_written(const at::Tensor& tensor) const {
  if (!tensor.defined() || !tensor.has_storage()) return false;
  const auto found = states_.find(tensor.storage().unsafeGetStorageImpl());
  return found != states_.end() && found->second.was_written;
}

}  // namespace strata
