#include "anticheat/rules/rules.h"

namespace strata {

// One namespace of the file's own. To add to someone else's would change what other files mean.
void check_namespace(const RuleContext& context) {
  const Profile profile = context.file.profile;
  if (profile == Profile::kAdapter) return;
  bool first = true;
  for (const facts::Namespace& space : context.file.namespaces) {
    if (space.is_reopened) {
      report(context, "namespace", space.place, space.name,
             "namespace '" + space.name + "' belongs to another file");
    }
    if (profile == Profile::kUserKernel) continue;
    if (space.is_inline || space.is_anonymous) {
      report(context, "namespace", space.place, space.name,
             "the namespace must have a name and not be inline");
    }
    if (!first) report(context, "namespace", space.place, space.name, "a second namespace");
    first = false;
  }
}

}  // namespace strata
