#pragma once

#include <vector>

#include "decomposer/cover/cover.h"
#include "decomposer/partition/form.h"
#include "decomposer/partition/nesting.h"
#include "decomposer/tree/tree.h"

namespace strata {

// Regions with equal forms, which become one component.
struct Grouping {
  std::vector<std::vector<RegionId>>
      groups;  // indexed by ComponentId, children before parents; in execution order
  std::vector<ComponentId> group_of;  // one per region; kNone for dissolved ones
};

Grouping group_regions(const Nesting& nesting, const std::vector<Form>& forms);

// A component's ports, as places in the forms of its regions.
struct Ports {
  std::vector<std::int32_t> inputs;   // in Form::inputs
  std::vector<std::int32_t> weights;  // in Form::weights; kernels only
  std::vector<std::int32_t>
      outputs;  // in Form::values: what any of the regions, or of their parents' regions, needs
};

// One per component. Inputs stand in the order in which the kernel's pattern names them, or of
// first use, masks and tables last. Parameters of higher rank come first: `weight`, then `bias`.
// Results in the order in which they are made, but the main stream's new value first.
std::vector<Ports> ports_of(const Graph& graph, const Cover& cover, const Nesting& nesting,
                            const std::vector<Form>& forms, const Grouping& grouping);

}  // namespace strata
