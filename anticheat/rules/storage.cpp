#include "anticheat/rules/rules.h"

namespace strata {

void check_storage(const RuleContext& context) {
  check_keywords(context, "storage", "a variable that outlives the call");
}

}  // namespace strata
