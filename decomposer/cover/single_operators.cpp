#include "decomposer/cover/roles.h"
#include "decomposer/cover/rules.h"

namespace strata {
namespace {

// "add_parameter": an operator that would be the parent's, were none of its operands a parameter.
KernelRegion on_parameter(const Draft& draft, NodeId id) {
  const OperatorSchema& op = *draft.node(id).op;
  const std::string name = op.name == "cat" ? "concat" : op.name;
  return {
      name + "_parameter", op.qualified_name() + " of an activation and a parameter", {id}, {}, {}};
}

}  // namespace

void cover_single_operators(Draft& draft, const PatternIndex& patterns) {
  for (NodeId id = 0; id < draft.node_count(); ++id) {
    if (!draft.is_free(id) || draft.role(id) != Role::kCompute || draft.makes_parameters(id))
      continue;
    const OperatorSchema& op = *draft.node(id).op;
    const bool loose = (is_plumbing(op) || is_arithmetic(op)) && !draft.writes(id);
    draft.take(loose ? on_parameter(draft, id) : single_operator(draft, id, patterns));
  }
}

}  // namespace strata
