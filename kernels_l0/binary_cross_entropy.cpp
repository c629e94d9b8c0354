#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> binary_cross_entropy_flops(const Operation& operation) {
  if (operation.has("pos_weight")) return std::nullopt;
  const int per_element = operation.name.ends_with("with_logits") ? 9 : 8;
  return loss_flops(operation, elements(operation.operand(0)),
                    per_element + (operation.has("weight") ? 1 : 0));
}

}  // namespace

Kernel binary_cross_entropy() {
  return {
      .name = "binary_cross_entropy",
      .description = "minus the log of the probability given to the target, for two classes",
      .patterns = {"binary_cross_entropy|binary_cross_entropy_with_logits(...)"},
      .operand_names = {"x", "target"},
      // -(y log(x) + (1 - y) log(1 - x)) (torch.nn.BCELoss), or max(x, 0) - x y + log(1 +
      // exp(-|x|)) (torch.nn.BCEWithLogitsLoss), times the weight where given.
      .flops = binary_cross_entropy_flops,
  };
}

}  // namespace strata::kernels
