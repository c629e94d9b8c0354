#include <bit>

#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> top_k_flops(const Operation& operation) {
  const auto k = static_cast<std::uint64_t>(operation.number("k", 1));
  return Flops{0, elements(operation.operand(0)) * static_cast<std::int64_t>(std::bit_width(k))};
}

}  // namespace

Kernel top_k() {
  return {
      .name = "top_k",
      .description = "the k largest elements and where they are",
      .patterns = {"topk(...)"},
      .operand_names = {"x"},
      // Comparisons of a heap of k over each row: n ceil(log2(k + 1)). What it takes depends on the
      // data; this is a convention.
      .flops = top_k_flops,
  };
}

}  // namespace strata::kernels
