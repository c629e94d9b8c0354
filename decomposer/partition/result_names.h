#pragma once

#include <string>
#include <vector>

#include "decomposer/tree/tree.h"

namespace strata {

// What a result could be called. Names are wishes: the caller sees to it that they are free.
struct ResultWishes {
  std::vector<std::string> strong;  // say what it is: "q", "scores", "mask"
  std::vector<std::string>
      medium;  // better than an operand's name, but not than the main stream's: "attended"
  std::vector<std::string> weak;  // when nothing else fits
};

// One per result of a statement of the component's body. Locals that earlier statements made have
// their names already.
std::vector<ResultWishes> result_wishes(const Tree& tree, const Component& component,
                                        std::int32_t statement);

// The noun for what a kernel makes, where its operation alone tells: "mask" for "causal_mask"; ""
// otherwise.
std::string noun_of(const std::string& operation);

}  // namespace strata
