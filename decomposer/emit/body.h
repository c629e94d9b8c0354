#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "decomposer/emit/members.h"
#include "decomposer/tree/tree.h"

namespace strata {

// What a line does with its expression.
enum class LineKind {
  kSet,     // one variable
  kSetAll,  // several, from a tuple
  kList,    // one variable that holds a std::vector of tensors
  kBare,    // none
  kIf,      // begins a branch; `targets` are set in it and in the other; `text` is the condition
  kElse,    // begins the other branch
  kEndIf,   // ends it
  kReturn,
};

// One line of forward, not yet wrapped or declared. `text` is the expression; references to the
// elements of a list of children stand in it as marks (see mark_of), so that lines which differ
// only in the element can become a loop.
struct Line {
  LineKind kind = LineKind::kBare;
  std::vector<std::string> targets;  // kSetAll: "" for a result that nothing reads
  std::string text;
  std::set<std::string> reads;  // variables
};

// What a caller has to know of every component of a tree, by ComponentId.
struct CalleeTraits {
  // Calls must keep their order: something in the component writes, or draws random numbers.
  std::vector<bool> ordered;
  // Layers get a line each.
  std::vector<int> levels;
  // What an element of a list of it is called in a loop: "block".
  std::vector<std::string> loop_names;
};

// "h[3]" as a mark: the member's name and the position between control characters.
std::string mark_of(const std::string& member, std::int32_t position);
// The text with every mark written out as an index.
std::string without_marks(const std::string& text);

// Statements as lines: what is read once is written where it is read, as long as the line stays
// short and simple, no variable it reads changes in between, and calls that must keep their order
// keep it.
std::vector<Line> lines_of_body(const Component& component, const std::vector<std::string>& names,
                                const Members& members, const CalleeTraits& callees);

}  // namespace strata
