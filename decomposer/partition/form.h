#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "decomposer/cover/cover.h"
#include "decomposer/partition/flow.h"
#include "decomposer/partition/nesting.h"
#include "decomposer/partition/quotient.h"

namespace strata {

// A region spelled out in a canonical way: two regions with equal hashes compute the same thing,
// and their inputs, nodes, values and weights correspond place by place.
struct Form {
  std::vector<Unit> units;  // parents: children and own nodes in execution order; kernels: nodes
  std::vector<std::int32_t>
      slots;  // one per unit: for a child, which member module it is; kNone for a node
  std::int32_t slot_count = 0;       // member modules; one is shared when a module is called again
  std::vector<ValueId> inputs;       // activations from outside, in order of first use
  std::vector<NodeId> nodes;         // all nodes, those of children included
  std::vector<ValueId> values;       // what they make, in order
  std::vector<ParameterId> weights;  // what they read, in order; in kernels each once
  std::vector<ValueId> outputs;      // values that are read outside, in order of `values`
  std::string
      hash;  // operators, attributes, shapes, dtypes, wiring, children; no names, no weights
};

// One per region of the nesting, indexed by RegionId; those of dissolved regions are empty.
// Throws Error{"partition.parameter_in_parent"} when a node outside all kernels reads a parameter.
std::vector<Form> forms_of(const Graph& graph, const Flow& flow, const Nesting& nesting,
                           const std::vector<UnitOrder>& orders);

}  // namespace strata
