#pragma once

#include <string_view>

namespace strata {

// True for ATen operators, by base name, that only move or view data: what a parent may do itself,
// and what costs no FLOPs. Overloads that index by a tensor are the caller's to tell apart.
bool moves_data_only(std::string_view name);

}  // namespace strata
