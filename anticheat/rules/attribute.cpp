#include "anticheat/rules/rules.h"

namespace strata {

// Attributes run code before main, replace other functions, move data to chosen sections.
void check_attribute(const RuleContext& context) {
  if (context.file.profile == Profile::kAdapter) return;
  for (const facts::Attribute& attribute : context.file.attributes) {
    const bool harmless = context.file.profile == Profile::kUserKernel &&
                          (attribute.text == "[[...]]" || attribute.text == "always_inline" ||
                           attribute.text == "aligned" || attribute.text == "maybe_unused" ||
                           attribute.text == "target" || attribute.text == "noinline");
    if (!harmless) report(context, "attribute", attribute.place, attribute.text, "an attribute");
  }
}

}  // namespace strata
