#include "anticheat/rules/rules.h"

namespace strata {

void check_uninitialised(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  check_dangers(context, "uninitialised", "memory that was not written");
}

}  // namespace strata
