#include "verifier/torch_state.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/DefaultDtype.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <fmt/format.h>

#include <cfenv>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

#include "kernels_l0/sha256.h"

namespace strata {
namespace {

std::string switch_word(bool on) { return on ? "on" : "off"; }

// Rounding, flushing of denormals and the mask of exceptions; not which exceptions were seen.
std::string floating_point_mode() {
#ifdef __SSE__
  constexpr unsigned kSeen = 0x3f;
  return fmt::format("{:#x}", _mm_getcsr() & ~kSeen);
#else
  return fmt::format("{}", fegetround());
#endif
}

}  // namespace

TorchState torch_state() {
  at::Context& context = at::globalContext();
  const c10::impl::LocalDispatchKeySet keys = c10::impl::tls_local_dispatch_key_set();
  return {
      {"grad mode", switch_word(c10::GradMode::is_enabled())},
      {"inference mode", switch_word(c10::InferenceMode::is_enabled())},
      {"number of threads", std::to_string(at::get_num_threads())},
      {"default dtype", std::string(c10::get_default_dtype().name())},
      {"deterministic algorithms", switch_word(context.deterministicAlgorithms())},
      {"deterministic warnings", switch_word(context.deterministicAlgorithmsWarnOnly())},
      {"filling of new memory", switch_word(context.deterministicFillUninitializedMemory())},
      {"float32 matmul precision",
       std::to_string(static_cast<int>(context.float32MatmulPrecision()))},
      {"oneDNN", switch_word(context.userEnabledMkldnn())},
      {"flash attention", switch_word(context.userEnabledFlashSDP())},
      {"math attention", switch_word(context.userEnabledMathSDP())},
      {"autocast", switch_word(at::autocast::is_autocast_enabled(at::kCPU))},
      {"dispatch keys switched on", c10::toString(keys.included_)},
      {"dispatch keys switched off", c10::toString(keys.excluded_)},
      {"memory allocator", fmt::format("{}", static_cast<const void*>(c10::GetCPUAllocator()))},
      {"floating-point mode", floating_point_mode()},
      {"rounding", std::to_string(fegetround())},
  };
}

std::string state_changes(const TorchState& before, const TorchState& after) {
  std::string changes;
  for (const auto& [name, value] : before) {
    const auto now = after.find(name);
    if (now == after.end() || now->second == value) continue;
    changes +=
        fmt::format("{}{} was {} and is {}", changes.empty() ? "" : "; ", name, value, now->second);
  }
  return changes;
}

std::string generator_state() {
  at::Generator generator = at::globalContext().defaultGenerator(at::kCPU);
  const std::lock_guard<std::mutex> lock(generator.mutex());
  const at::Tensor state = generator.get_state();
  return sha256({static_cast<const char*>(state.const_data_ptr()), state.nbytes()});
}

}  // namespace strata
