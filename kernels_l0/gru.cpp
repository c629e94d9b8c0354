#include "kernels_l0/formulas.h"
#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> gru_flops(const Operation& operation) {
  return recurrent_flops(operation, 3, 17);
}

}  // namespace

Kernel gru() {
  return {
      .name = "gru",
      .description = "a gated recurrent unit over a sequence",
      .patterns = {"gru(...)"},
      .operand_names = {},
      // Gates W x + V h + b (torch.nn.GRU). Per unit: 2 sums and sigmoids (5 each), tanh(a + r b),
      // (1 - z) n + z h.
      .flops = gru_flops,
  };
}

}  // namespace strata::kernels
