#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> smooth_l1_loss_flops(const Operation& operation) {
  return loss_flops(operation, elements(operation.operand(0)), 7);
}

}  // namespace

Kernel smooth_l1_loss() {
  return {
      .name = "smooth_l1_loss",
      .description = "squared differences where small, absolute ones elsewhere",
      .patterns = {"smooth_l1_loss(...)"},
      .operand_names = {"x", "target"},
      // |x - y|, one comparison, d^2 / 2 / beta and d - beta / 2 (torch.nn.SmoothL1Loss): halves of
      // constants count nothing.
      .flops = smooth_l1_loss_flops,
  };
}

}  // namespace strata::kernels
