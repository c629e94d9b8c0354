#include "anticheat/rules/rules.h"

namespace strata {

void check_coroutine(const RuleContext& context) {
  check_keywords(context, "coroutine", "a coroutine");
}

}  // namespace strata
