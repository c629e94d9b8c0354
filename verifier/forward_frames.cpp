#include "verifier/forward_frames.h"

#include <dlfcn.h>
#include <unwind.h>

#include <string_view>

namespace strata {
namespace {

// "Model::forward" of any namespace, as the compiler spells it.
constexpr std::string_view kMangled = "5Model7forwardE";

}  // namespace

ForwardFrames::ForwardFrames(const void* inside) {
  dl_find_object library{};
  if (_dl_find_object(const_cast<void*>(inside), &library) != 0) return;
  begin_ = static_cast<const char*>(library.dlfo_map_start);
  end_ = static_cast<const char*>(library.dlfo_map_end);
}

int ForwardFrames::depth() {
  struct Walk {
    ForwardFrames& frames;
    int depth = 0;
  } walk{*this};
  const auto step = [](_Unwind_Context* context, void* argument) {
    auto& seen = *static_cast<Walk*>(argument);
    // The byte before the return address belongs to the call.
    const auto* address = reinterpret_cast<const char*>(_Unwind_GetIP(context)) - 1;
    if (seen.frames.is_forward(address)) ++seen.depth;
    return _URC_NO_REASON;
  };
  _Unwind_Backtrace(step, &walk);
  return walk.depth;
}

bool ForwardFrames::is_forward(const char* address) {
  // Of LibTorch's frames, which are most, dladdr would search a large table.
  if (address < begin_ || address >= end_) return false;
  const auto [known, is_new] = known_.emplace(address, false);
  if (!is_new) return known->second;
  Dl_info info{};
  const bool found = dladdr(address, &info) != 0 && info.dli_sname != nullptr;
  known->second =
      found && std::string_view(info.dli_sname).find(kMangled) != std::string_view::npos;
  return known->second;
}

}  // namespace strata
