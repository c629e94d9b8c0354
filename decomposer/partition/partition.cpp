#include "decomposer/partition/partition.h"

#include "decomposer/partition/assemble.h"
#include "decomposer/partition/component_names.h"
#include "decomposer/partition/flow.h"
#include "decomposer/partition/fold.h"
#include "decomposer/partition/form.h"
#include "decomposer/partition/fuse.h"
#include "decomposer/partition/local_names.h"
#include "decomposer/partition/member_names.h"
#include "decomposer/partition/quotient.h"
#include "decomposer/partition/repair.h"

namespace strata {

Tree partition(const Graph& normalised, const Cover& cover) {
  const Flow flow = flow_of(normalised, cover);
  Nesting nesting = fold(normalised, cover, flow);
  fuse_chains(normalised, flow, nesting);
  repair_cycles(normalised, flow, nesting);
  const std::vector<UnitOrder> orders = order_units(nesting, flow, normalised.nodes.size());
  const std::vector<Form> forms = forms_of(normalised, flow, nesting, orders);
  Assembly assembly = assemble(normalised, cover, nesting, forms);
  name_members(normalised, nesting, forms, assembly);
  name_components(assembly.tree);
  name_locals(normalised, cover, nesting, assembly);
  assembly.tree.log = nesting.log;
  return std::move(assembly.tree);
}

}  // namespace strata
