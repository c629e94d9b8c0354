#include <algorithm>

#include "decomposer/cover/island_names.h"
#include "decomposer/cover/rules.h"

namespace strata {
namespace {

// The one kernel that reads all results of the node, or kNone.
std::int32_t only_reader(const Draft& draft, NodeId id) {
  std::int32_t kernel = kNone;
  for (const ValueId output : draft.node(id).outputs) {
    if (output == kNone) continue;
    if (draft.is_result(output)) return kNone;
    for (const NodeId reader : draft.readers(output)) {
      const std::int32_t one = draft.kernel_of(reader);
      if (one == kNone || (kernel != kNone && one != kernel)) return kNone;
      kernel = one;
    }
  }
  return kernel;
}

bool prepares(const Draft& draft, NodeId id) {
  return draft.role(id) == Role::kConstant || draft.makes_parameters(id);
}

// Plumbing on nothing but constants that are to join too.
bool moves_constants(const Draft& draft, NodeId id) {
  const auto& inputs = draft.inputs(id);
  return draft.role(id) == Role::kPlumbing && !inputs.empty() &&
         std::all_of(inputs.begin(), inputs.end(), [&](ValueId input) {
           NodeId maker = draft.producer(input);
           while (maker != kNone && draft.role(maker) == Role::kPlumbing &&
                  draft.inputs(maker).size() == 1) {
             maker = draft.producer(draft.inputs(maker).front());
           }
           return maker != kNone && draft.role(maker) == Role::kConstant && draft.is_free(maker);
         });
}

KernelRegion alone(const Draft& draft, NodeId id, const PatternIndex& patterns) {
  const OperatorSchema& op = *draft.node(id).op;
  std::string name = op.name;
  name.erase(0, name.find_first_not_of('_'));
  if (draft.role(id) == Role::kConstant) {
    IslandName island = island_name(draft, {id}, patterns);
    return {island.operation, island.description, {id}, {}, {}};
  }
  return {name + "_parameter", op.qualified_name() + " of a parameter", {id}, {}, {}};
}

}  // namespace

void join_constants(Draft& draft, const PatternIndex& patterns) {
  for (NodeId id = draft.node_count() - 1; id >= 0; --id) {
    if (!draft.is_free(id) || (!prepares(draft, id) && !moves_constants(draft, id))) continue;
    const std::int32_t kernel = only_reader(draft, id);
    // From an outer frame it would pull the kernel out of its own.
    const bool near = kernel != kNone && draft.lies_in(draft.node(id).frame,
                                                       draft.frame_of(draft.kernel(kernel).nodes));
    if (near) draft.join(id, kernel);
  }
  // What several kernels read is one of its own, with all that only it is made of.
  for (NodeId id = draft.node_count() - 1; id >= 0; --id) {
    if (!draft.is_free(id) || !prepares(draft, id)) continue;
    const std::int32_t kernel = draft.take(alone(draft, id, patterns));
    for (NodeId before = id - 1; before >= 0; --before) {
      if (draft.is_free(before) && prepares(draft, before) && only_reader(draft, before) == kernel)
        draft.join(before, kernel);
    }
  }
}

void join_casts(Draft& draft) {
  for (NodeId id = 0; id < draft.node_count(); ++id) {
    const Node& node = draft.node(id);
    if (!draft.is_free(id) || (node.op->name != "to" && node.op->name != "_to_copy") ||
        draft.inputs(id).size() != 1) {
      continue;
    }
    const ValueId operand = draft.inputs(id).front();
    const NodeId maker = draft.producer(operand);
    const bool follows = maker != kNone && !draft.is_free(maker) &&
                         draft.readers(operand).size() == 1 && !draft.is_result(operand) &&
                         draft.node(maker).frame == node.frame;
    if (follows) {
      draft.join(id, draft.kernel_of(maker));
      continue;
    }
    const std::int32_t reader = only_reader(draft, id);
    const auto& readers = draft.readers(node.outputs.front());
    const bool together = std::all_of(readers.begin(), readers.end(), [&](NodeId one) {
      return draft.node(one).frame == node.frame;
    });
    if (reader != kNone && together) draft.join(id, reader);
  }
}

}  // namespace strata
