#include "anticheat/rules/rules.h"

namespace strata {

void check_child_level(const RuleContext& context) {
  if (context.file.profile != Profile::kParent) return;
  const facts::Class* model = model_of(context.file);
  if (model == nullptr) return;
  for (const facts::Member& member : model->members) {
    const facts::File* child = facts::file_of(context.project, member.type.class_file);
    if (child == nullptr || child == &context.file) continue;
    if (!child->level || !context.file.level) {
      const std::string& unknown = child->level ? context.file.path : child->path;
      report(context, "child-level", member.place, member.name,
             "the level of '" + unknown + "' is not known");
    } else if (*child->level >= *context.file.level) {
      report(context, "child-level", member.place, member.name,
             "a component of level " + std::to_string(*context.file.level) +
                 " holds a child of level " + std::to_string(*child->level),
             member.type.class_name);
    }
  }
}

}  // namespace strata
