#include <iterator>

#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> log_softmax_flops(const Operation& operation) {
  const TensorShape& in = operation.operand(0);
  auto dimension = static_cast<std::int64_t>(operation.number("dim", -1));
  if (dimension < 0) dimension += std::ssize(in.sizes);
  Flops flops = elementwise(operation, 5);
  if (in.sizes.empty()) return flops;
  const std::int64_t length = in.sizes.at(static_cast<std::size_t>(dimension));
  if (length > 0) flops.vector += elements(in) / length;
  return flops;
}

}  // namespace

Kernel log_softmax() {
  return {
      .name = "log_softmax",
      .description = "x - log(sum(exp(x))) along a dimension",
      .patterns = {"log_softmax|_log_softmax(...)"},
      .operand_names = {"x"},
      // x - max - log(sum(exp(x - max))) (torch.nn.LogSoftmax): max, difference, exp, sum,
      // difference; a logarithm per row.
      .flops = log_softmax_flops,
  };
}

}  // namespace strata::kernels
