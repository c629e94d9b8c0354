#include "anticheat/rules/rules.h"

namespace strata {

void check_parameter_in_parent(const RuleContext& context) {
  if (context.file.profile != Profile::kParent) return;
  const facts::Class* model = model_of(context.file);
  if (model == nullptr) return;
  for (const facts::Member& member : model->members) {
    if (member.type.kind == facts::TypeKind::kTensor ||
        member.type.kind == facts::TypeKind::kTensorList) {
      report(context, "parameter-in-parent", member.place, member.name,
             "a parent holds no tensors");
    }
  }
  visit_functions(context.file, [&](const facts::Class*, const facts::Function& function) {
    visit_expressions(function.body, [&](const facts::Expression& expression) {
      if (expression.callee == "torch::nn::Module::register_parameter" ||
          expression.callee == "torch::nn::Module::register_buffer") {
        report(context, "parameter-in-parent", expression.place, expression.text,
               "a parent registers no parameters", expression.callee);
      }
    });
  });
}

}  // namespace strata
