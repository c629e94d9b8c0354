#include <algorithm>

#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> sdpa_flops(const Operation& operation) {
  const TensorShape& query = operation.operand(0);
  const TensorShape& key = operation.operand(1);
  const TensorShape& value = operation.operand(2);
  const Count length = last_size(query);
  const Count scores =
      elements(query) / std::max<Count>(length, 1) * key.sizes.at(key.sizes.size() - 2);
  const bool masked = operation.has("attn_mask") || operation.number("is_causal", 0) != 0;
  return Flops{scores * 2 * (length + last_size(value)), scores * (masked ? 7 : 6)};
}

}  // namespace

Kernel sdpa() {
  return {
      .name = "sdpa",
      .description = "softmax(q k^T * scale + mask) v",
      .patterns = {"scaled_dot_product_attention(...)"},
      .operand_names = {"query", "key", "value", "mask"},
      // q k^T and weights v (torch.utils.flop_counter, sdpa): a causal mask halves nothing, as the
      // operator is dense; per score the scale, the mask's sum, softmax (5).
      .flops = sdpa_flops,
  };
}

}  // namespace strata::kernels
