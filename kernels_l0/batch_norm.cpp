#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> batch_norm_flops(const Operation& operation) {
  const TensorShape& in = operation.operand(0);
  const std::int64_t channels = in.sizes.at(1);
  const Count affine = (operation.has("weight") ? 1 : 0) + (operation.has("bias") ? 1 : 0);
  if (operation.number("training", 0) == 0)
    return Flops{0, elements(in) * (affine + 2) + Count(channels) * 2};
  // The batch's own statistics, and the running ones: two products and a sum each.
  Flops flops = normalisation_flops(operation, channels);
  if (operation.has("running_mean")) flops.vector += Count(channels) * 6;
  return flops;
}

}  // namespace

Kernel batch_norm() {
  return {
      .name = "batch_norm",
      .description =
          "(x - mean) / sqrt(variance + eps) per channel over the batch, times the weight, plus "
          "the bias",
      .patterns = {"add(mul(%x, mul(@weight, rsqrt(add(@variance, $eps)))), sub(@bias, mul(@mean, "
                   "mul(@weight, rsqrt(add(@variance, $eps))))))",
                   "batch_norm|native_batch_norm|_native_batch_norm_legit_no_training(...)"},
      .operand_names = {"x"},
      // (x - mean) / sqrt(variance + eps) * weight + bias (torch.nn.BatchNorm2d); + eps and 1 /
      // sqrt per channel.
      .flops = batch_norm_flops,
  };
}

}  // namespace strata::kernels
