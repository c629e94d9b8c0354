#include "anticheat/rules/rules.h"

namespace strata {

// Names that belong to the compiler: builtins, attributes, predefined macros.
void check_reserved_name(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  for (const facts::Word& name : context.file.names) {
    if (name.text.find("__") != std::string::npos &&
        !is_listed(context.policy.reserved_names, name.text)) {
      report(context, "reserved-name", name.place, name.text,
             "'" + name.text + "' is a name of the compiler's own");
    }
  }
}

}  // namespace strata
