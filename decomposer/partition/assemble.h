#pragma once

#include <vector>

#include "decomposer/cover/cover.h"
#include "decomposer/partition/form.h"
#include "decomposer/partition/nesting.h"
#include "decomposer/tree/tree.h"

namespace strata {

// A tree whose components have no names yet, and where its parts came from.
struct Assembly {
  Tree tree;
  std::vector<RegionId> example;  // one per component: the region of its first instance
  std::vector<RegionId> region;   // one per instance
};

// Makes one component of all regions with equal forms, and one instance of every region. A
// component's results are those that any of its instances needs. The model takes all inputs of the
// graph in the author's order and returns its results; a region that nothing reads (it only writes
// to a buffer) returns its last value. Throws Error{"partition.parameter_result"} when a result of
// the graph is a parameter.
Assembly assemble(const Graph& graph, const Cover& cover, const Nesting& nesting,
                  const std::vector<Form>& forms);

}  // namespace strata
