#include "tests/decomposer/tree/dump.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace strata {
namespace {

std::string port(const Local& local) {
  return fmt::format("{} {}:{}", local.name, fmt::join(local.sizes, "x"), short_name(local.dtype));
}

std::string ports(const Component& component, const std::vector<LocalId>& locals) {
  std::string text;
  for (const LocalId local : locals)
    text += (text.empty() ? "" : ", ") + port(component.locals[local]);
  return text;
}

std::string names(const Component& component, const std::vector<LocalId>& locals) {
  std::string text;
  for (const LocalId local : locals) {
    text += (text.empty() ? "" : ", ") + (local == kNone ? "_" : component.locals[local].name);
  }
  return text;
}

void dump_component(const Tree& tree, ComponentId id, int depth, std::set<ComponentId>& seen,
                    std::string& text) {
  const Component& component = tree.components[id];
  const bool again = !seen.insert(id).second;
  text += fmt::format("L{} {} x{} ({}) -> ({}){}\n", component.level, component.name,
                      instances_of(tree, id).size(), ports(component, component.inputs),
                      ports(component, component.outputs), again ? " again" : "");
  if (again || component.level == 0) return;
  for (const Child& child : component.children) {
    text += std::string(2 * (depth + 1), ' ') + registered_name(child) + ": ";
    dump_component(tree, child.component, depth + 1, seen, text);
  }
}

}  // namespace

std::string dump(const Tree& tree) {
  std::string text;
  std::set<ComponentId> seen;
  dump_component(tree, static_cast<ComponentId>(tree.components.size()) - 1, 0, seen, text);
  return text;
}

std::string dump_body(const Tree&, const Component& component) {
  std::string text = fmt::format("{}({}):\n", component.name, names(component, component.inputs));
  for (const Statement& statement : component.body) {
    if (const auto* call = std::get_if<ChildCall>(&statement)) {
      text += fmt::format("  {} = {}({})\n", names(component, call->outputs),
                          registered_name(component.children[call->child]),
                          names(component, call->inputs));
      continue;
    }
    const auto& call = std::get<OperatorCall>(statement);
    std::vector<LocalId> read;
    for (const Argument& argument : call.arguments) {
      for (const ValueRef value : tensors_in(argument)) read.push_back(value.id);
    }
    text += fmt::format("  {} = aten::{}({})\n", names(component, call.outputs), call.op->name,
                        names(component, read));
  }
  return text + fmt::format("  return {}\n", names(component, component.outputs));
}

}  // namespace strata
