#include "anticheat/rules/rules.h"

namespace strata {

// Children come from child files that this file includes.
void check_child_origin(const RuleContext& context) {
  if (context.file.profile != Profile::kParent) return;
  const facts::Class* model = model_of(context.file);
  if (model == nullptr) return;
  const auto look = [&](const facts::Expression& expression) {
    if (expression.callee != "std::make_shared") return;
    const std::string& home = expression.callee_class_file;
    const bool judged =
        facts::file_of(context.project, home) != nullptr && home != context.file.path;
    if (judged || expression.callee_class.starts_with("torch::")) return;
    report(context, "child-origin", expression.place, expression.text,
           "the class is not from a child file", expression.callee_class);
  };
  for (const facts::Function& constructor : model->constructors) {
    visit_expressions(constructor.body, look);
    for (const facts::Initialiser& initialiser : constructor.initialisers)
      visit(initialiser.value, look);
  }
}

}  // namespace strata
