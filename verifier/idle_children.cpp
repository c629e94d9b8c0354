#include "verifier/idle_children.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>

#include "verifier/every_call.h"
#include "verifier/random_fill.h"

namespace strata {
namespace {

constexpr int kMostAsked = 64;
constexpr std::uint64_t kSeed = 1;

// What takes the place of a child's numbers. Some results hide one of them: a product with zero, a
// comparison.
enum class Other : std::uint8_t { kNone, kNoise, kNan, kZeros };
constexpr Other kOthers[] = {Other::kNoise, Other::kNan, Other::kZeros};

// LibTorch's generator, which the component may draw from, is left alone.
void replace_numbers(const at::Tensor& tensor, Other other) {
  const c10::NoGradGuard no_grad;
  const at::Tensor numbers = tensor.detach();
  const bool floats = numbers.is_floating_point() || numbers.is_complex();
  if (other == Other::kZeros) {
    numbers.zero_();
  } else if (floats && other == Other::kNan) {
    numbers.fill_(std::numeric_limits<double>::quiet_NaN());
  } else if (floats) {  // about the same size, of either sign
    const at::Tensor noise = at::empty(numbers.sizes(), numbers.options());
    fill_normal(noise, 0, 1, kSeed, 0);
    numbers.mul_(1.5).add_(noise);
  } else if (numbers.scalar_type() == at::kBool) {
    numbers.logical_not_();
  } else {
    const at::Tensor steps = at::empty(numbers.sizes(), numbers.options());
    fill_integers(steps, 0, 1, kSeed, 0);
    numbers.add_(steps);
  }
}

// Follows one run: which call of a child is under way, and what one of them has made.
class ChildCalls {
 public:
  // `number`: of the call whose results are replaced.
  ChildCalls(ForwardFrames& frames, int number, Other other)
      : frames_(frames), number_(number), other_(other) {}

  void call(const c10::OperatorHandle& handle, torch::jit::Stack* stack) {
    const std::vector<const char*> running = frames_.running();
    const char* place = running.size() > 1 ? running.back() : nullptr;
    if (place != place_) {
      end();
      place_ = place;
      if (place != nullptr)
        calls_.push_back({static_cast<int>(calls_.size()),
                          ForwardFrames::component_at(running[running.size() - 2])});
    }
    const bool asked =
        other_ != Other::kNone && place != nullptr && calls_.back().number == number_;
    const std::size_t below = stack->size() - handle.schema().arguments().size();
    std::vector<at::Tensor> operands;
    if (asked) operands = tensors_from(*stack, below);
    handle.callBoxed(stack);
    if (!asked) return;
    for (const at::Tensor& result : tensors_from(*stack, below)) {
      const bool lent = std::ranges::any_of(
          operands, [&](const at::Tensor& operand) { return operand.is_alias_of(result); });
      if (!lent || handle.schema().is_mutable()) made_.push_back(result);
    }
  }

  // The call under way is over: the parent goes on with other numbers. Not before, for a kernel's
  // own loops write to memory that an operator has made.
  void end() {
    std::set<const void*> done;
    for (const at::Tensor& tensor : made_)
      if (tensor.numel() > 0 && done.insert(tensor.storage().unsafeGetStorageImpl()).second)
        replace_numbers(tensor, other_);
    replaced_ = replaced_ || !done.empty();
    made_.clear();
    place_ = nullptr;
  }

  const std::vector<CalledChild>& calls() const { return calls_; }
  // Whether there was anything to replace: views of what the child was given are none of its own.
  bool replaced() const { return replaced_; }

 private:
  ForwardFrames& frames_;
  int number_;
  Other other_;
  bool replaced_ = false;
  const char* place_ = nullptr;  // of the call under way, in the parent
  std::vector<CalledChild> calls_;
  std::vector<at::Tensor> made_;
};

TrialResults run_with(ChildCalls& calls, const RunAround& run) {
  return run([&](const Forward& forward) {
    std::vector<at::Tensor> outputs;
    with_every_call([&](const c10::OperatorHandle& handle,
                        torch::jit::Stack* stack) { calls.call(handle, stack); },
                    [&] { outputs = forward(); });
    calls.end();
    return outputs;
  });
}

// Whether the results are others when those of the call are replaced; nullopt when it has none of
// its own.
std::optional<bool> matters(ForwardFrames& frames, const RunAround& run, int number,
                            const TrialResults& undisturbed) {
  for (const Other other : kOthers) {
    ChildCalls calls(frames, number, other);
    try {
      if (!different_place(undisturbed, run_with(calls, run)).empty()) return true;
    } catch (const std::exception&) {
      return true;
    }
    if (!calls.replaced()) return std::nullopt;
  }
  return false;
}

}  // namespace

IdleChildren idle_children(ForwardFrames frames, const RunAround& run,
                           const std::vector<CalledChild>& only) {
  ChildCalls calls(frames, -1, Other::kNone);
  const TrialResults undisturbed = run_with(calls, run);
  IdleChildren result;
  for (const CalledChild& call : calls.calls()) {
    if (!only.empty() && std::ranges::find(only, call) == only.end()) continue;
    if (result.asked == kMostAsked) break;
    const std::optional<bool> answer = matters(frames, run, call.number, undisturbed);
    if (!answer) continue;
    ++result.asked;
    if (!*answer) result.idle.push_back(call);
  }
  return result;
}

}  // namespace strata
