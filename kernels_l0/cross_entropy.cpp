#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> cross_entropy_flops(const Operation& operation) {
  const TensorShape& logits = operation.operand(0);
  const TensorShape& target = operation.operand(1);
  const bool classes = target.sizes.size() < logits.sizes.size();
  if (!classes || operation.has("weight") || operation.number("label_smoothing", 0) != 0)
    return std::nullopt;
  Flops flops = loss_flops(operation, elements(target), 1);
  flops.vector += elements(logits) * 5 + elements(target);
  return flops;
}

}  // namespace

Kernel cross_entropy() {
  return {
      .name = "cross_entropy",
      .description = "minus the log of the probability that softmax gives the target",
      .patterns = {"nll_loss|nll_loss_nd(log_softmax|_log_softmax(%logits), %target)",
                   "cross_entropy_loss(...)"},
      .operand_names = {"logits", "target"},
      // log_softmax and nll_loss (torch.nn.CrossEntropyLoss), of class indices.
      .flops = cross_entropy_flops,
  };
}

}  // namespace strata::kernels
