#include "anticheat/rules/rules.h"

namespace strata {

void check_side_effect(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  check_dangers(context, "side-effect", "something other than computing the output");
}

}  // namespace strata
