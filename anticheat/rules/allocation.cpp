#include "anticheat/rules/rules.h"

namespace strata {

void check_allocation(const RuleContext& context) {
  check_keywords(context, "allocation", "memory of its own");
}

}  // namespace strata
