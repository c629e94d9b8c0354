#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> mse_loss_flops(const Operation& operation) {
  return loss_flops(operation, elements(operation.operand(0)), 2);
}

}  // namespace

Kernel mse_loss() {
  return {
      .name = "mse_loss",
      .description = "the mean of squared differences",
      .patterns = {"mean(pow(sub(%x, %target), 2))", "mse_loss(...)"},
      .operand_names = {"x", "target"},
      // (x - y)^2 (torch.nn.MSELoss).
      .flops = mse_loss_flops,
  };
}

}  // namespace strata::kernels
