#include "anticheat/rules/rules.h"

namespace strata {

void check_macro(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  for (const facts::Word& use : context.file.macro_uses) {
    if (!is_listed(context.policy.macros, use.text)) {
      report(context, "macro", use.place, use.text, "'" + use.text + "' is a macro");
    }
  }
}

}  // namespace strata
