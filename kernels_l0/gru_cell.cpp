#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> gru_cell_flops(const Operation& operation) {
  return recurrent_flops(operation, 3, 17);
}

}  // namespace

Kernel gru_cell() {
  return {
      .name = "gru_cell",
      .description = "one step of a gated recurrent unit",
      .patterns = {"gru_cell(...)"},
      .operand_names = {},
      // As gru, one step (torch.nn.GRUCell).
      .flops = gru_cell_flops,
  };
}

}  // namespace strata::kernels
