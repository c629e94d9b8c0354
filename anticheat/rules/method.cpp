#include "anticheat/rules/rules.h"

namespace strata {

void check_method(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  check_keywords(context, "method", "not part of the file format");
  const facts::Class* model = model_of(context.file);
  if (model == nullptr) return;
  int forwards = 0;
  for (const facts::Function& method : model->methods) {
    if (method.name != "forward" || ++forwards > 1) {
      report(context, "method", method.place, method.name,
             "Model has a constructor and one forward, no more");
    }
  }
  for (const auto& other : model->others) {
    if (other.what == "destructor" || other.what == "conversion operator" ||
        other.what == "operator" || other.what == "virtual method" ||
        other.what == "static method" || other.what == "method without a body" ||
        other.what == "defaulted or deleted function") {
      report(context, "method", other.place, other.text, "a " + other.what);
    }
  }
  if (model->constructors.size() > 1) {
    report(context, "method", model->constructors[1].place, "Model", "a second constructor");
  }
  if (forwards == 0) report(context, "method", model->place, "Model", "Model has no forward");
}

}  // namespace strata
