#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "kernels_l0/kernel.h"

namespace strata {

struct OperatorFormulas {
  FlopsFormula flops = nullptr;
  BytesFormula first_operand_read = nullptr;
};

// The catalogue's formulas by the ATen operator that they are for: those that a pattern of the form
// `name|name(...)` lists. Where several kernels list one, the first counts.
class FormulaIndex {
 public:
  explicit FormulaIndex(const std::vector<Kernel>& catalogue);

  // Null when no kernel stands for the operator. An operator in place is as the one that is not.
  const OperatorFormulas* find(const std::string& operator_name) const;

 private:
  std::unordered_map<std::string, OperatorFormulas> formulas_;
};

}  // namespace strata
