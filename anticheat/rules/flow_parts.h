#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anticheat/rules/flow_value.h"
#include "anticheat/rules/known_numbers.h"

namespace strata {

// True where the numbers say that no element is left: x.slice(1, 0, 0), x.repeat({0, 1}),
// x.index({Slice(3, 3)}).
bool picks_nothing(const KnownNumbers& known, const std::string& name,
                   const facts::Expression& call);

// One of a list, or any of them where it is not known which.
FlowValue element_of(const FlowValue& list, std::optional<double> index);

// What plumbing takes out of a stack, and nothing of the others; absent where it is not known.
std::optional<FlowValue> part_of_stack(const KnownNumbers& known, const std::string& name,
                                       const facts::Expression& call, const FlowValue& stack);

// The numbers in an expression, in order: the first place of each branch where one is known.
std::vector<double> numbers_in(const KnownNumbers& known, const facts::Expression& expression);

}  // namespace strata
