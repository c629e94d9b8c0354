#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anticheat/policy/policy.h"
#include "anticheat/rules/flow_parts.h"
#include "anticheat/rules/flow_value.h"
#include "anticheat/rules/known_numbers.h"

namespace strata {

// What names the results of calls.
struct FormNamer {
  const Policy& policy;
  const KnownNumbers& known;
  Atoms& atoms;
};

// What a call of an operator gives: one atom, or atom by atom where it only moves a tensor; absent
// where an operand is not known.
std::optional<LinearForm> form_of(const FormNamer& namer, const std::string& name,
                                  const facts::Expression& call,
                                  const std::vector<FlowValue>& inputs);

// What plumbing makes of its first operand; its own call is not among the sources yet.
FlowValue follow_plumbing(const FormNamer& namer, const std::string& name,
                          const facts::Expression& call, const std::vector<FlowValue>& inputs);

// True for plumbing that leaves every element where it is: to, contiguous.
bool copies(const std::string& name);

}  // namespace strata
