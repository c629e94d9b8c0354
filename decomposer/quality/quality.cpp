#include "decomposer/quality/quality.h"

#include <algorithm>
#include <set>

#include "decomposer/cover/roles.h"
#include "decomposer/graph/index.h"
#include "decomposer/normalise/storage_groups.h"
#include "decomposer/quality/leaks.h"
#include "decomposer/tree/well_formed.h"

namespace strata {
namespace {

constexpr std::size_t kRepeats = 3;  // so many equal layers in a row are a loop

// Judges the nodes anew, from the graph alone: what the tree says of them may be wrong.
int count_loose_compute(const Graph& graph, const Tree& tree) {
  std::vector<ParameterId> parameters(graph.values.size(), kNone);
  for (std::size_t i = 0; i < graph.parameters.size(); ++i)
    parameters[at(graph.parameters[i].value)] = static_cast<ParameterId>(i);
  std::vector<bool> writes;
  for (const Node& node : graph.nodes) writes.push_back(!written_by(node).empty());
  const std::vector<Role> roles = value_facts(graph, parameters, writes).roles;
  int loose = 0;
  for (const Instance& instance : tree.instances) {
    if (tree.components[at(instance.component)].level == 0) continue;
    for (const NodeId node : instance.nodes)
      loose += roles[at(node)] != Role::kPlumbing && roles[at(node)] != Role::kArithmetic;
  }
  return loose;
}

int distinct_children(const Component& component) {
  std::set<ComponentId> distinct;
  for (const Child& child : component.children) distinct.insert(child.component);
  return static_cast<int>(distinct.size());
}

bool follows(const Child& before, const Child& after) {
  return before.index && after.index && before.name == after.name &&
         *after.index == *before.index + 1;
}

// Layers of one component that run one after another, each on what the one before made, and are
// not items of one list.
bool has_unrolled_layers(const Tree& tree, const Component& component) {
  std::size_t run = 1;
  const ChildCall* before = nullptr;
  for (const Statement& statement : component.body) {
    const auto* call = std::get_if<ChildCall>(&statement);
    if (call == nullptr) continue;
    const Child& child = component.children[at(call->child)];
    if (tree.components[at(child.component)].level == 0) continue;
    const bool continues =
        before != nullptr && before->child != call->child &&
        component.children[at(before->child)].component == child.component &&
        !follows(component.children[at(before->child)], child) &&
        std::ranges::any_of(call->inputs, [&](LocalId input) {
          return std::ranges::find(before->outputs, input) != before->outputs.end();
        });
    run = continues ? run + 1 : 1;
    if (run >= kRepeats) return true;
    before = call;
  }
  return false;
}

// A name that tells the operators that run, or that values are written, not what it is for.
bool is_generic(const Component& kernel) {
  if (kernel.operation == "scan" || kernel.operation == "scatter_assign") return true;
  std::vector<std::string> operators;
  for (const Statement& statement : kernel.body) {
    if (const auto* call = std::get_if<OperatorCall>(&statement))
      operators.push_back(call->op->name);
  }
  std::string_view rest = kernel.operation;
  int words = 0;
  while (!rest.empty()) {
    const auto found = std::ranges::find_if(
        operators, [&](const std::string& name) { return rest.starts_with(name); });
    if (found == operators.end()) return false;
    rest.remove_prefix(found->size());
    if (rest.starts_with('_')) rest.remove_prefix(1);
    ++words;
  }
  return words > 1;
}

}  // namespace

Quality quality_of(const Graph& loaded, const Graph& normalised, const Tree& tree,
                   const std::vector<ModuleSignature>& signatures) {
  Quality quality;
  quality.violations = static_cast<int>(violations_of(tree, normalised).size());
  quality.loose_compute = count_loose_compute(normalised, tree);
  quality.components = static_cast<int>(tree.components.size());
  quality.instances = static_cast<int>(tree.instances.size());
  for (std::size_t i = 0; i < tree.components.size(); ++i) {
    const Component& component = tree.components[i];
    if (component.level == 0) {
      ++quality.kernels;
      if (is_generic(component)) quality.generic.push_back(component.name);
      continue;
    }
    const Breadth breadth{component.name, distinct_children(component)};
    if (i + 1 == tree.components.size()) {
      quality.root = breadth;
    } else if (breadth.distinct_children > quality.widest.distinct_children) {
      quality.widest = breadth;
    }
    if (has_unrolled_layers(tree, component)) quality.unrolled.push_back(component.name);
  }
  quality.modules_compared =
      compare_with_modules(loaded, normalised, tree, signatures, quality.leaks);
  return quality;
}

}  // namespace strata
