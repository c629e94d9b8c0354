#pragma once

#include <string>
#include <vector>

#include "decomposer/tree/tree.h"

namespace strata {

// What the results of a child could be called, best first; one list per output. Names are wishes: the caller sees to it that
// they are free.
std::vector<std::vector<std::string>> result_wishes(const Tree& tree, const Component& parent,
                                                    std::int32_t statement);

// The same for an operator call.
std::vector<std::vector<std::string>> operator_wishes(const Component& component,
                                                      const OperatorCall& call);

}  // namespace strata
