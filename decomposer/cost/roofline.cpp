#include "decomposer/cost/roofline.h"

#include <algorithm>

namespace strata {
namespace {

double compute_seconds(const Cost& cost, const Peak& peak) {
  return static_cast<double>(cost.flops.total().value()) / peak.flops;
}

double move_seconds(const Cost& cost, const Peak& peak) {
  return static_cast<double>(cost.bytes().value()) / peak.bandwidth;
}

}  // namespace

double least_seconds(const Cost& cost, const Peak& peak) {
  return std::max(compute_seconds(cost, peak), move_seconds(cost, peak));
}

bool is_compute_bound(const Cost& cost, const Peak& peak) {
  return compute_seconds(cost, peak) > move_seconds(cost, peak);
}

double intensity(const Cost& cost) {
  const auto moved = static_cast<double>(cost.bytes().value());
  return moved == 0 ? 0 : static_cast<double>(cost.flops.total().value()) / moved;
}

}  // namespace strata
