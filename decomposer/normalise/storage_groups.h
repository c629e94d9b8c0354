#pragma once

#include <vector>

#include "decomposer/graph/graph.h"

namespace strata {

// Which values may share a storage, as the operators' schemas say: views, results of in-place
// operators, parameters of one storage. Copies that may turn out to be views (reshape, contiguous,
// to) count as views.
struct StorageGroups {
  std::vector<ValueId> owner;  // per value: the first value of its storage
  std::vector<ValueId>
      origin;  // per value: the operand it is a view of, or was written through; kNone for owners
};

StorageGroups storage_groups(const Graph& graph);

// The values that a node writes in place.
std::vector<ValueId> written_by(const Node& node);
// Takes numbers from the generator, so that its running or not changes those of later nodes.
bool draws_random_numbers(const Node& node);
// The operand whose storage result number `output` may share, or kNone.
ValueId aliased_operand(const Node& node, std::size_t output);

// The owners of storages that outlive the program or were there before it: parameters, buffers and
// inputs.
std::vector<bool> external_storages(const Graph& graph, const StorageGroups& groups);

}  // namespace strata
