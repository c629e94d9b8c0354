#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> lstm_flops(const Operation& operation) {
  return recurrent_flops(operation, 4, 22);
}

}  // namespace

Kernel lstm() {
  return {
      .name = "lstm",
      .description = "a long short-term memory over a sequence",
      .patterns = {"lstm(...)"},
      .operand_names = {},
      // Gates W x + V h + b (torch.nn.LSTM). Per unit: 4 sums of the two products, 3 sigmoids (4
      // each), a tanh, f c + i g, o tanh(c).
      .flops = lstm_flops,
  };
}

}  // namespace strata::kernels
