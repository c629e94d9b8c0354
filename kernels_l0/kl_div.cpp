#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> kl_div_flops(const Operation& operation) {
  return loss_flops(operation, elements(operation.operand(0)), 3);
}

}  // namespace

Kernel kl_div() {
  return {
      .name = "kl_div",
      .description = "the divergence of two distributions",
      .patterns = {"kl_div(...)"},
      .operand_names = {"x", "target"},
      // y (log(y) - x), or exp(y) (y - x) (torch.nn.KLDivLoss).
      .flops = kl_div_flops,
  };
}

}  // namespace strata::kernels
