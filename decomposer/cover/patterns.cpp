#include <algorithm>

#include "decomposer/cover/roles.h"
#include "decomposer/cover/rules.h"

namespace strata {
namespace {

KernelRegion region_of(const Kernel& kernel, const Match& match, const Draft& draft) {
  KernelRegion region{kernel.name, kernel.description, match.nodes, {}, {}};
  // Operands that a member of the match makes are inner values: a bound cast, for one.
  for (const auto& [name, value] : match.values) {
    const NodeId maker = draft.producer(value);
    const bool inner =
        maker != kNone && std::binary_search(match.nodes.begin(), match.nodes.end(), maker);
    if (inner || draft.of_parameters(value)) continue;
    region.operands.push_back(value);
    const std::size_t place = region.operand_names.size();
    region.operand_names.push_back(place < kernel.operand_names.size() ? kernel.operand_names[place]
                                                                       : name);
  }
  return region;
}

// More than one operator and its casts.
bool is_several(const Match& match, const Draft& draft) {
  return std::count_if(match.nodes.begin(), match.nodes.end(), [&](NodeId id) {
           const std::string& name = draft.node(id).op->name;
           return name != "to" && name != "_to_copy";
         }) > 1;
}

bool fits(const Kernel& kernel, const Match& match, NodeId root, const Draft& draft) {
  if (kernel.fits == nullptr) return true;
  std::vector<std::vector<std::int64_t>> sizes;
  for (const auto& [name, value] : match.values) sizes.push_back(draft.meta(value).sizes);
  sizes.push_back(draft.meta(draft.node(root).outputs.front()).sizes);
  return kernel.fits(sizes);
}

// "add_parameter": an operator that would be the parent's, were none of its operands a parameter.
KernelRegion on_parameter(const Node& node, NodeId id) {
  const std::string name = node.op->name == "cat" ? "concat" : node.op->name;
  return {name + "_parameter",
          node.op->qualified_name() + " of an activation and a parameter",
          {id},
          {},
          {}};
}

}  // namespace

PatternIndex index_patterns(const std::vector<Kernel>& catalogue) {
  PatternIndex patterns;
  for (const Kernel& kernel : catalogue) {
    for (const std::string& text : kernel.patterns) {
      const Pattern pattern = read_pattern(text);
      for (const std::string& root : root_operators(pattern)) {
        patterns[root].push_back({&kernel, pattern});
      }
    }
  }
  return patterns;
}

void cover_patterns(Draft& draft, const PatternIndex& patterns) {
  for (NodeId id = draft.node_count() - 1; id >= 0; --id) {
    if (!draft.is_free(id) || draft.node(id).op->name_space != "aten") continue;
    const auto& outputs = draft.node(id).outputs;
    if (!outputs.empty() && outputs.front() != kNone && draft.is_island(outputs.front())) continue;
    const auto found = patterns.find(draft.node(id).op->name);
    if (found == patterns.end()) continue;
    for (const ReadKernel& candidate : found->second) {
      const bool taken = find_match(draft, candidate.pattern, id, [&](const Match& match) {
        if (!is_several(match, draft) || !fits(*candidate.kernel, match, id, draft)) return false;
        if (!draft.effects().empty() && !draft.is_convex(match.nodes)) return false;
        draft.take(region_of(*candidate.kernel, match, draft));
        return true;
      });
      if (taken) break;
    }
  }
}

KernelRegion single_operator(const Draft& draft, NodeId id, const PatternIndex& patterns) {
  const Node& node = draft.node(id);
  if (const auto found = patterns.find(node.op->name);
      found != patterns.end() && node.op->name_space == "aten") {
    for (const ReadKernel& candidate : found->second) {
      KernelRegion region;
      const bool matched = find_match(draft, candidate.pattern, id, [&](const Match& match) {
        if (match.nodes.size() != 1) return false;
        region = region_of(*candidate.kernel, match, draft);
        return true;
      });
      if (matched) return region;
    }
  }
  const bool reads_parameter = std::ranges::any_of(
      draft.inputs(id), [&](ValueId input) { return draft.of_parameters(input); });
  if ((is_plumbing(*node.op) || is_arithmetic(*node.op)) && reads_parameter && !draft.writes(id))
    return on_parameter(node, id);
  std::string name = node.op->name;
  name.erase(0, name.find_first_not_of('_'));
  name.erase(name.find_last_not_of('_') + 1);
  return {name, node.op->qualified_name(), {id}, {}, {}};
}

}  // namespace strata
