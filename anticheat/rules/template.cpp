#include "anticheat/rules/rules.h"

namespace strata {

void check_template(const RuleContext& context) {
  check_keywords(context, "template", "a template");
}

}  // namespace strata
