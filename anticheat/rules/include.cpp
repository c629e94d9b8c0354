#include "anticheat/rules/rules.h"

namespace strata {

// Headers of LibTorch and the standard library by the allow-list, and judged files. Nothing else
// may be pulled in.
void check_include(const RuleContext& context) {
  const Profile profile = context.file.profile;
  for (const facts::Include& include : context.file.includes) {
    if (include.resolved.empty()) continue;  // not found: an error of the parse
    if (facts::file_of(context.project, include.resolved) != nullptr) continue;
    if (include.is_system) {
      const bool any = profile == Profile::kUserKernel || profile == Profile::kAdapter;
      if (any || is_listed(context.policy.headers, include.spelling)) continue;
      report(context, "include", include.place, include.spelling, "this header is not on the list");
    } else {
      report(context, "include", include.place, include.spelling, "this file is not judged",
             include.resolved);
    }
  }
}

}  // namespace strata
