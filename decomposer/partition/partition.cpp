#include "decomposer/partition/partition.h"

#include "decomposer/partition/assemble.h"
#include "decomposer/partition/component_names.h"
#include "decomposer/partition/flow.h"
#include "decomposer/partition/fold.h"
#include "decomposer/partition/form.h"
#include "decomposer/partition/fuse.h"
#include "decomposer/partition/local_names.h"
#include "decomposer/partition/member_names.h"
#include "decomposer/partition/periods.h"
#include "decomposer/partition/quotient.h"
#include "decomposer/partition/repair.h"
#include "decomposer/partition/virtual_frames.h"

namespace strata {

namespace {

Tree partition_framed(const Graph& graph, const Cover& cover) {
  const Flow flow = flow_of(graph, cover);
  Nesting nesting = fold(graph, cover, flow);
  find_periods(graph, cover, flow, nesting);
  fuse_chains(graph, flow, nesting);
  repair_cycles(graph, flow, nesting);
  const std::vector<UnitOrder> orders = order_units(nesting, flow, graph.nodes.size());
  const std::vector<Form> forms = forms_of(graph, flow, nesting, orders);
  Assembly assembly = assemble(graph, cover, nesting, forms);
  name_members(graph, nesting, forms, assembly);
  name_components(assembly.tree);
  name_locals(graph, cover, nesting, assembly);
  assembly.tree.log = nesting.log;
  return std::move(assembly.tree);
}

}  // namespace

Tree partition(const Graph& normalised, const Cover& cover) {
  const std::optional<Graph> framed = with_virtual_frames(normalised);
  return partition_framed(framed ? *framed : normalised, cover);
}

}  // namespace strata
