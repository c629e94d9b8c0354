#pragma once

#include <vector>

#include "decomposer/cover/cover.h"

namespace strata {

// Moves data only, whatever its operands are.
bool is_plumbing(const OperatorSchema& op);
// + - * /, unary minus, power by a constant.
bool is_arithmetic(const OperatorSchema& op);
// Makes a tensor from no tensor.
bool is_constant(const OperatorSchema& op);
// Heavier than an elementwise operator: contractions, convolutions, lookups, pooling, sorting.
bool is_contraction(const OperatorSchema& op);

struct ValueFacts {
  std::vector<Role> roles;          // per node
  std::vector<bool> island;         // per value
  std::vector<bool> of_parameters;  // per value: a parameter, or made elementwise from parameters
                                    // and constants alone and read by one module
};

// Plumbing and arithmetic that touch a parameter, and nodes that write in place, are compute. A
// storage that is written is neither constant nor of parameters; it is an island when all that is
// written into it is.
ValueFacts value_facts(const Graph& graph, const std::vector<ParameterId>& parameter_of_value,
                       const std::vector<bool>& writes);

}  // namespace strata
