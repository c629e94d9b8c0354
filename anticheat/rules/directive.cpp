#include "anticheat/rules/rules.h"

namespace strata {

void check_directive(const RuleContext& context) {
  const Profile profile = context.file.profile;
  if (profile == Profile::kAdapter) return;
  for (const facts::Directive& directive : context.file.directives) {
    const bool allowed =
        directive.name == "include" || (directive.name == "pragma" && directive.argument == "once");
    // Raw code may use the preprocessor, but not to pass for another file.
    const bool raw = profile == Profile::kUserKernel && directive.name != "line" &&
                     directive.argument != "GCC system_header" &&
                     directive.argument != "clang system_header";
    if (!allowed && !raw) {
      report(context, "directive", directive.place, "#" + directive.name + " " + directive.argument,
             "#" + directive.name + " is not part of the file format");
    }
  }
}

}  // namespace strata
