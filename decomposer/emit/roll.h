#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "decomposer/emit/body.h"

namespace strata {

// A list whose elements a loop visits, one per turn: element `first` at the first turn.
struct Visited {
  std::string member;
  std::int32_t first = 0;
  friend bool operator==(const Visited&, const Visited&) = default;
};

// Lines that are said once (turns == 1) or in a loop. In a loop's lines the marks are those of the
// first turn; lists in `visited` move on by one element per turn, others stay.
struct Passage {
  std::vector<Line> lines;
  std::int32_t turns = 1;
  std::vector<Visited> visited;  // in the order of their first mark
};

// Finds lines that repeat, and says them once. A repetition is one when the lines are equal but for
// the elements of lists, which all move on by one, or not at all.
std::vector<Passage> rolled(const std::vector<Line>& lines);

}  // namespace strata
