#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> nll_loss_flops(const Operation& operation) {
  if (operation.has("weight")) return std::nullopt;
  return loss_flops(operation, elements(operation.operand(1)), 1);
}

}  // namespace

Kernel nll_loss() {
  return {
      .name = "nll_loss",
      .description = "minus the log probability of the target",
      .patterns = {"nll_loss|nll_loss_nd|nll_loss2d(...)"},
      .operand_names = {"log_probabilities", "target"},
      // The negative of one log-probability per row (torch.nn.NLLLoss).
      .flops = nll_loss_flops,
  };
}

}  // namespace strata::kernels
