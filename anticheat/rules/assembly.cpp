#include "anticheat/rules/rules.h"

namespace strata {

void check_assembly(const RuleContext& context) {
  check_keywords(context, "assembly", "machine code");
}

}  // namespace strata
