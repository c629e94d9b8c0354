#include "anticheat/rules/rules.h"

namespace strata {

// A layer of torch::nn in a parent would be an operation that no child answers for.
void check_raw_module(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const facts::Class* model = model_of(context.file);
  if (model == nullptr) return;
  const auto look = [&](const facts::Expression& expression) {
    const bool made =
        expression.callee == "std::make_shared" && expression.callee_class.starts_with("torch::");
    if (made || expression.callee.starts_with("torch::nn::Sequential") ||
        expression.callee.starts_with("torch::nn::AnyModule")) {
      report(context, "raw-module", expression.place, expression.text, "a module of LibTorch's own",
             made ? expression.callee_class : expression.callee);
    }
  };
  for (const facts::Function& constructor : model->constructors) {
    visit_expressions(constructor.body, look);
    for (const facts::Initialiser& initialiser : constructor.initialisers)
      visit(initialiser.value, look);
  }
}

}  // namespace strata
