#include "anticheat/rules/rules.h"

namespace strata {

void check_dispatcher(const RuleContext& context) {
  check_dangers(context, "dispatcher", "a call past the public operators");
}

}  // namespace strata
