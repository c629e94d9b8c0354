#include "anticheat/rules/rules.h"

namespace strata {

void check_jump(const RuleContext& context) { check_keywords(context, "jump", "a jump"); }

}  // namespace strata
