#include "verifier/align_calls.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "decomposer/graph/graph.h"

namespace strata {
namespace {

using Places = std::vector<std::int32_t>;

const std::string& operation(const std::vector<CallSum>& calls, std::int32_t place) {
  return calls[static_cast<std::size_t>(place)].operation;
}

// The longest common subsequence of the operations, by the usual table of lengths.
void align_by_order(const std::vector<CallSum>& expected, const Places& open,
                    const std::vector<CallSum>& got, const Places& left, Places& result) {
  const std::size_t rows = open.size();
  const std::size_t columns = left.size();
  const std::size_t width = columns + 1;
  std::vector<std::uint16_t> lengths((rows + 1) * width, 0);
  for (std::size_t i = rows; i-- > 0;) {
    for (std::size_t j = columns; j-- > 0;) {
      const bool same = operation(expected, open[i]) == operation(got, left[j]);
      lengths[i * width + j] =
          same ? static_cast<std::uint16_t>(lengths[(i + 1) * width + j + 1] + 1)
               : std::max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < rows && j < columns) {
    if (operation(expected, open[i]) == operation(got, left[j])) {
      result[static_cast<std::size_t>(open[i++])] = left[j++];
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) {
      ++i;
    } else {
      ++j;
    }
  }
}

}  // namespace

std::vector<std::int32_t> align_calls(const std::vector<CallSum>& expected,
                                      const std::vector<CallSum>& got) {
  // Beyond this many open calls the table would be too large; they stay unmatched.
  constexpr std::size_t kMostOpen = 8000;

  std::unordered_map<std::string, std::deque<std::int32_t>> by_number;
  for (std::size_t i = 0; i < got.size(); ++i)
    by_number[got[i].number].push_back(static_cast<std::int32_t>(i));
  Places result(expected.size(), kNone);
  Places open;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    std::deque<std::int32_t>& same = by_number[expected[i].number];
    if (same.empty()) {
      open.push_back(static_cast<std::int32_t>(i));
    } else {
      result[i] = same.front();
      same.pop_front();
    }
  }
  Places left;
  for (const auto& [number, places] : by_number)
    left.insert(left.end(), places.begin(), places.end());
  std::ranges::sort(left);
  if (open.size() <= kMostOpen && left.size() <= kMostOpen)
    align_by_order(expected, open, got, left, result);
  return result;
}

}  // namespace strata
