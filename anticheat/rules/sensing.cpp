#include "anticheat/rules/rules.h"

namespace strata {

void check_sensing(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  check_dangers(context, "sensing",
                "a question that only a program asks that wants to behave differently");
}

}  // namespace strata
