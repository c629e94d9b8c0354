#include "anticheat/rules/rules.h"

namespace strata {

void check_cast(const RuleContext& context) {
  check_keywords(context, "cast", "a cast away from the type system");
}

}  // namespace strata
