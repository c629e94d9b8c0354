#pragma once

#include <optional>
#include <string_view>

#include "kernels_l0/operation.h"

namespace strata {

// FLOPs of an ATen operator that no kernel of the catalogue stands for: add, exp, mean, cat.
// nullopt for operators that have no formula here.
std::optional<Flops> operator_flops(const Operation& operation);

}  // namespace strata
