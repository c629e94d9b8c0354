#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> huber_loss_flops(const Operation& operation) {
  return loss_flops(operation, elements(operation.operand(0)), 7);
}

}  // namespace

Kernel huber_loss() {
  return {
      .name = "huber_loss",
      .description = "half the squared difference where it is small, a line beyond",
      .patterns = {"huber_loss(...)"},
      .operand_names = {"x", "target"},
      // |x - y|, one comparison, d^2 / 2 and delta (d - delta / 2) (torch.nn.HuberLoss): halves of
      // constants count nothing.
      .flops = huber_loss_flops,
  };
}

}  // namespace strata::kernels
