#include "anticheat/rules/rules.h"

namespace strata {

void check_signature(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const facts::Class* model = model_of(context.file);
  if (model == nullptr) return;
  for (const facts::Function& method : model->methods) {
    if (method.name != "forward") continue;
    for (const facts::Variable& variable : method.variables) {
      if (!variable.is_parameter) continue;
      if (!is_tensor_like(variable.type) || variable.type.writable_reference) {
        report(context, "signature", variable.place, variable.type.name + " " + variable.name,
               "forward takes tensors, by value or const reference");
      }
    }
    if (!is_tensor_like(method.result)) {
      report(context, "signature", method.place, method.result.name, "forward returns tensors");
    }
  }
  for (const facts::Function& constructor : model->constructors) {
    for (const facts::Variable& variable : constructor.variables) {
      using facts::TypeKind;
      const TypeKind kind = variable.type.kind;
      const bool setting =
          kind == TypeKind::kBoolean || kind == TypeKind::kInteger || kind == TypeKind::kReal;
      if (variable.is_parameter && (!setting || variable.type.writable_reference)) {
        report(context, "signature", variable.place, variable.type.name + " " + variable.name,
               "the constructor takes numbers and booleans");
      }
    }
  }
}

}  // namespace strata
