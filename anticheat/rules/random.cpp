#include "anticheat/rules/rules.h"

namespace strata {

void check_random(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  check_dangers(context, "random", "a random number");
}

}  // namespace strata
