#include "verifier/forward_frames.h"

#include <dlfcn.h>
#include <unwind.h>

#include <string_view>

namespace strata {
namespace {

// "Model::forward" of any namespace, as the compiler spells it.
constexpr std::string_view kMangled = "5Model7forwardE";
constexpr std::string_view kNested = "_ZN";

std::string_view symbol_at(const char* address) {
  Dl_info info{};
  const bool found = dladdr(address, &info) != 0 && info.dli_sname != nullptr;
  return found ? info.dli_sname : std::string_view();
}

}  // namespace

ForwardFrames::ForwardFrames(const void* inside) {
  dl_find_object library{};
  if (_dl_find_object(const_cast<void*>(inside), &library) != 0) return;
  begin_ = static_cast<const char*>(library.dlfo_map_start);
  end_ = static_cast<const char*>(library.dlfo_map_end);
}

std::vector<const char*> ForwardFrames::running() {
  struct Walk {
    ForwardFrames& frames;
    std::vector<const char*> found;
  } walk{*this, {}};
  const auto step = [](_Unwind_Context* context, void* argument) {
    auto& seen = *static_cast<Walk*>(argument);
    // The byte before the return address belongs to the call.
    const auto* address = reinterpret_cast<const char*>(_Unwind_GetIP(context)) - 1;
    if (seen.frames.is_forward(address)) seen.found.push_back(address);
    return _URC_NO_REASON;
  };
  _Unwind_Backtrace(step, &walk);
  return std::move(walk.found);
}

std::string ForwardFrames::component_at(const char* address) {
  const std::string_view symbol = symbol_at(address);
  const std::size_t end = symbol.find(kMangled);
  if (end == std::string_view::npos || !symbol.starts_with(kNested)) return "";
  // A name is spelled with its length before it.
  std::size_t start = kNested.size();
  while (start < end && symbol[start] >= '0' && symbol[start] <= '9') ++start;
  return std::string(symbol.substr(start, end - start));
}

bool ForwardFrames::is_forward(const char* address) {
  // Of LibTorch's frames, which are most, dladdr would search a large table.
  if (address < begin_ || address >= end_) return false;
  const auto [known, is_new] = known_.emplace(address, false);
  if (!is_new) return known->second;
  known->second = symbol_at(address).find(kMangled) != std::string_view::npos;
  return known->second;
}

}  // namespace strata
