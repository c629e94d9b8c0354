#pragma once

#include <optional>
#include <string>

#include "anticheat/rules/flow_value.h"

namespace strata {

// One operand of an arithmetic operator.
struct ArithmeticOperand {
  FlowValue value;
  bool is_tensor = false;
  std::optional<double> number;  // of one that is no tensor, where it is known
};

struct ArithmeticResult {
  FlowValue value;
  std::string vanishing;  // why next to nothing is left of an operand; "" where enough is
};

struct ArithmeticLimits {
  double smallest_factor = 0;  // an operand with less than this has vanished
  double largest_offset = 0;   // a number that drowns what it is added to
  // A kernel whose operators the ledger counts. What it takes away may be an input, as in
  // (value - x) + x, which passes gradients straight through; and constants may be drowned. No work
  // is wiped out by either.
  bool is_counted_kernel = false;
  bool may_vanish =
      false;  // the original multiplies by zero, too, so that this is no sign of a cut
};

// What is said of an operand that is gone.
inline constexpr const char* kNothingLeft = "nothing is left of an operand";

// What an operator, "add" to "rsub", makes of its operands. `scale`: the factor that add and sub
// give to the second one.
ArithmeticResult follow_arithmetic(const std::string& name, const ArithmeticOperand& left,
                                   const ArithmeticOperand& right, std::optional<double> scale,
                                   const ArithmeticLimits& limits, Atoms& atoms);

}  // namespace strata
