#include "anticheat/rules/rules.h"

namespace strata {

void check_hook(const RuleContext& context) {
  check_dangers(context, "hook", "a change of how modules or tensors behave");
}

}  // namespace strata
