#include "anticheat/rules/rules.h"

namespace strata {

void check_exception(const RuleContext& context) {
  check_keywords(context, "exception", "an exception");
}

}  // namespace strata
