#pragma once

#include <span>
#include <string_view>

namespace strata {

// ATen operators, by base name, that only move or view data: what a parent may do itself, and what
// costs no FLOPs. Overloads that index by a tensor are the caller's to tell apart.
std::span<const std::string_view> data_movers();

bool moves_data_only(std::string_view name);

}  // namespace strata
