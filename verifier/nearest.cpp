#include "verifier/nearest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace strata {
namespace {

constexpr std::size_t kCandidates = 3;

// Edits between two names.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(const std::string& name, std::vector<std::string> candidates) {
  std::ranges::sort(candidates, {},
                    [&](const std::string& one) { return std::pair(distance(name, one), one); });
  candidates.resize(std::min(candidates.size(), kCandidates));
  return candidates.empty() ? "there are none"
                            : fmt::format("nearest: {}", fmt::join(candidates, ", "));
}

}  // namespace strata
