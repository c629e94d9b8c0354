#include "anticheat/policy/policy.h"

namespace strata {

// Residual adds, scaling and the like. The operands are activations and numbers; parents have no
// parameters.
std::vector<OperatorEntry> arithmetic_policy() {
  return {
      {"add", "XX#", "residual and bias-like sums of activations"},
      {"sub", "XX#", "differences, as in a loss"},
      {"mul", "XX", "scaling and gates"},
      {"div", "XX", "scaling; never with a rounding mode"},
      {"neg", "T", "change of sign"},
      {"pow", "T#", "power by a constant, as in a squared error"},
      {"rsub", "TX#", "a number minus an activation"},
  };
}

}  // namespace strata
