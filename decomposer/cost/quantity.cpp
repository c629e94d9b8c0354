#include "decomposer/cost/quantity.h"

#include <fmt/format.h>

#include <array>

namespace strata {

std::string scaled(double value) {
  static constexpr std::array kUnits = {"", " k", " M", " G", " T", " P", " E"};
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  if (unit == 0) return fmt::format("{:.0f}", value);
  return fmt::format("{:.{}f}{}", value, value < 10 ? 2 : value < 100 ? 1 : 0, kUnits[unit]);
}

std::string scaled(Count count) { return scaled(static_cast<double>(count.value())); }

std::string time_text(double seconds) {
  if (seconds >= 1) return fmt::format("{:.3g} s", seconds);
  if (seconds >= 1e-3) return fmt::format("{:.3g} ms", seconds * 1e3);
  return fmt::format("{:.3g} us", seconds * 1e6);
}

}  // namespace strata
