#include "decomposer/diff/component_changes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace strata {
namespace {

using Lines = std::vector<std::string>;
using Named = std::vector<std::pair<std::string, std::string>>;  // in order

void compare(const std::string& what, const std::string& before, const std::string& after,
             Lines& lines) {
  if (before != after) {
    lines.push_back(fmt::format("{}: {} -> {}", what, before.empty() ? "none" : before,
                                after.empty() ? "none" : after));
  }
}

// Entries of the same place, which may have another name.
void compare_in_order(const std::string& what, const Named& before, const Named& after,
                      Lines& lines) {
  for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
    const std::string& name = i < before.size() ? before[i].first : after[i].first;
    compare(what + " " + name, i < before.size() ? before[i].second : "",
            i < after.size() ? after[i].second : "", lines);
  }
}

Named ports(const Component& component, const std::vector<LocalId>& ids) {
  Named list;
  for (const LocalId id : ids) {
    const Local& local = component.locals[static_cast<std::size_t>(id)];
    list.emplace_back(local.name, shape_text(local));
  }
  return list;
}

Named parameters(const Component& component) {
  Named list;
  for (const ComponentParameter& parameter : component.parameters) {
    const Local& local = component.locals[static_cast<std::size_t>(parameter.local)];
    list.emplace_back(parameter.name, shape_text(local));
  }
  return list;
}

std::map<std::string, int> operators(const Component& component) {
  std::map<std::string, int> counts;
  for (const Statement& statement : component.body) {
    if (const auto* call = std::get_if<OperatorCall>(&statement))
      ++counts[call->op->qualified_name()];
  }
  return counts;
}

void compare_operators(const Component& before, const Component& after, Lines& lines) {
  std::map<std::string, std::pair<int, int>> counts;
  for (const auto& [name, count] : operators(before)) counts[name].first = count;
  for (const auto& [name, count] : operators(after)) counts[name].second = count;
  for (const auto& [name, count] : counts) {
    if (count.first != count.second)
      lines.push_back(fmt::format("operator {}: {} -> {}", name, count.first, count.second));
  }
}

void compare_children(const Tree& old_tree, const Component& before, const Tree& new_tree,
                      const Component& after, Lines& lines) {
  const auto component_of = [](const Tree& tree, const Child& child) -> const Component& {
    return tree.components[static_cast<std::size_t>(child.component)];
  };
  std::map<std::string, std::pair<const Component*, const Component*>> children;
  for (const Child& child : before.children)
    children[registered_name(child)].first = &component_of(old_tree, child);
  for (const Child& child : after.children)
    children[registered_name(child)].second = &component_of(new_tree, child);
  for (const auto& [name, pair] : children) {
    const auto& [from, to] = pair;
    if (from != nullptr && to != nullptr && from->hash == to->hash) continue;
    compare("child " + name, from ? from->name : "", to ? to->name : "", lines);
    // Two names of one text still are two components.
    if (from != nullptr && to != nullptr && from->name == to->name)
      lines.push_back(fmt::format("child {}: another {}", name, to->name));
  }
}

}  // namespace

std::string shape_text(const Local& local) {
  return fmt::format(
      "{} {}", local.sizes.empty() ? "scalar" : fmt::format("{}", fmt::join(local.sizes, "x")),
      short_name(local.dtype));
}

Lines component_changes(const Tree& old_tree, const Component& before, const Tree& new_tree,
                        const Component& after) {
  Lines lines;
  compare("level", std::to_string(before.level), std::to_string(after.level), lines);
  compare("operation", before.operation, after.operation, lines);
  compare("class", before.class_name, after.class_name, lines);
  compare_in_order("input", ports(before, before.inputs), ports(after, after.inputs), lines);
  compare_in_order("output", ports(before, before.outputs), ports(after, after.outputs), lines);
  compare_in_order("parameter", parameters(before), parameters(after), lines);
  compare_operators(before, after, lines);
  compare_children(old_tree, before, new_tree, after, lines);
  if (lines.empty()) lines.emplace_back("the same operators with other attributes or wiring");
  return lines;
}

}  // namespace strata
