#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> lstm_cell_flops(const Operation& operation) {
  return recurrent_flops(operation, 4, 22);
}

}  // namespace

Kernel lstm_cell() {
  return {
      .name = "lstm_cell",
      .description = "one step of a long short-term memory",
      .patterns = {"lstm_cell(...)"},
      .operand_names = {},
      // As lstm, one step (torch.nn.LSTMCell).
      .flops = lstm_cell_flops,
  };
}

}  // namespace strata::kernels
