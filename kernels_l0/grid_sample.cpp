#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

std::optional<Flops> grid_sample_flops(const Operation& operation) {
  const TensorShape& grid = operation.operand(1);
  const double mode = operation.number("interpolation_mode", 0);  // bilinear, nearest, bicubic
  if (grid.sizes.size() != 4 || mode == 2) return std::nullopt;
  // (x + 1) / 2 * (size - 1), or ((x + 1) * size - 1) / 2; then floor or round.
  const int coordinate = operation.number("align_corners", 0) != 0 ? 4 : 5;
  const Count places = elements(grid) / 2;
  if (mode == 1) return Flops{0, places * 2 * coordinate};
  // Weights: four distances, four products.
  return Flops{0, places * (2 * coordinate + 8) + elements(operation.output()) * 7};
}

}  // namespace

Kernel grid_sample() {
  return {
      .name = "grid_sample",
      .description = "reads an image at given places, between pixels too",
      .patterns = {"grid_sampler|grid_sampler_2d(...)"},
      .operand_names = {"x", "grid"},
      // Per place two coordinates, scaled to pixels and rounded; between pixels four weights, then
      // four products and three sums per result (ATen/native/GridSampler.h).
      .flops = grid_sample_flops,
  };
}

}  // namespace strata::kernels
