#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

// x [N, C, ...], weight [E, C, patch...], result [N, tokens, E]: the patches are as many pixels as
// the image has, and hold more than one each.
bool patches_do_not_overlap(const std::vector<std::vector<std::int64_t>>& sizes) {
  const auto product = [](const std::vector<std::int64_t>& all) {
    return std::accumulate(all.begin() + 2, all.end(), std::int64_t{1}, std::multiplies<>());
  };
  const auto& x = sizes[0];
  const auto& weight = sizes[1];
  const auto& result = sizes[2];
  if (x.size() < 3 || weight.size() != x.size() || result.size() != 3) return false;
  const std::int64_t patch = product(weight);
  return patch > 1 && result[2] == weight[0] && result[1] * patch == product(x);
}

}  // namespace

Kernel patch_embedding() {
  return {
      .name = "patch_embedding",
      .description =
          "a convolution over patches that don't overlap, whose pixels become a sequence of tokens",
      .patterns = {"transpose|permute(flatten(conv1d|conv2d|conv3d(%x, @weight)))",
                   "transpose|permute(~view(conv2d|conv3d(%x, @weight)))"},
      .operand_names = {"x"},
      .fits = patches_do_not_overlap,
  };
}

}  // namespace strata::kernels
