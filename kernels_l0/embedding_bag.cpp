#include <algorithm>

#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> embedding_bag_flops(const Operation& operation) {
  const TensorShape& rows = *operation.tensor("weight");
  const TensorShape& out = operation.output();
  const Count read = elements(*operation.tensor("indices")) * last_size(rows);
  Flops flops{0, read};
  if (operation.has("per_sample_weights")) flops.vector += read;
  if (operation.number("mode", 0) == 1) flops.vector += elements(out);
  return flops;
}

Count embedding_bag_read(const Operation& operation) {
  const TensorShape& rows = *operation.tensor("weight");
  const TensorShape read{{elements(*operation.tensor("indices")).value(), last_size(rows)},
                         rows.dtype};
  return std::min(bytes(rows), bytes(read));
}

}  // namespace

Kernel embedding_bag() {
  return {
      .name = "embedding_bag",
      .description = "sums or means of rows of the weight",
      .patterns = {"embedding_bag|_embedding_bag(...)"},
      .operand_names = {"indices", "offsets"},
      // The sum, mean or largest of each bag of rows (torch.nn.EmbeddingBag).
      .flops = embedding_bag_flops,
      .first_operand_read = embedding_bag_read,
  };
}

}  // namespace strata::kernels
