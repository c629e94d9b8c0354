#include "anticheat/rules/rules.h"

namespace strata {

void check_base_class(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const facts::Class* model = model_of(context.file);
  if (model == nullptr) return;
  if (model->bases.size() != 1 || model->bases[0] != "public torch::nn::Module") {
    const std::string bases = model->bases.empty() ? "none" : model->bases[0];
    report(context, "base-class", model->place, bases,
           "Model must derive from torch::nn::Module alone");
  }
}

}  // namespace strata
