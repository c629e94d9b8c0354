#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/kernels_l0/counted.h"

namespace strata {

// A call of a kernel's operator, and a loop that does what it does, one scalar at a time.
struct FormulaCase {
  std::string kernel;  // in the catalogue
  Operation operation;
  std::function<void(Tally&)> loop;
};

// At least one for each kernel of the catalogue that has a formula.
std::vector<FormulaCase> formula_cases();

}  // namespace strata
