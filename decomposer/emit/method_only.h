#pragma once

#include <span>
#include <string_view>

namespace strata {

// True when the ATen operator of this name can be called in C++ only as a method: `x.view(sizes)`,
// `x.add_(y)`.
bool is_method_only(std::string_view name);
// All such names, sorted.
std::span<const std::string_view> method_only_names();

}  // namespace strata
