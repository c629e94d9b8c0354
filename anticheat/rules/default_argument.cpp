#include "anticheat/rules/rules.h"

namespace strata {

void check_default_argument(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class*, const facts::Function& function) {
    for (const facts::Variable& variable : function.variables) {
      if (variable.has_default) {
        report(context, "default-argument", variable.place, variable.name,
               "a default argument computes out of sight");
      }
    }
  });
}

}  // namespace strata
