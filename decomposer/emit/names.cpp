#include "decomposer/emit/names.h"

#include <algorithm>
#include <map>
#include <set>

#include "decomposer/graph/identifier.h"

namespace strata {
namespace {

constexpr std::size_t kForever = static_cast<std::size_t>(-1);

struct Lifetimes {
  std::vector<std::size_t> made;  // statement that makes it; 0 for inputs
  std::vector<std::size_t>
      last_read;  // statement that reads it last; kForever for results of forward
};

void for_each_read(const Statement& statement, const auto& visit) {
  if (const auto* call = std::get_if<OperatorCall>(&statement)) {
    for (const Argument& argument : call->arguments) {
      for (const ValueRef value : tensors_in(argument)) visit(value.id);
    }
  } else {
    for (const LocalId id : std::get<ChildCall>(statement).inputs) visit(id);
  }
}

const std::vector<LocalId>& outputs_of(const Statement& statement) {
  if (const auto* call = std::get_if<OperatorCall>(&statement)) return call->outputs;
  return std::get<ChildCall>(statement).outputs;
}

Lifetimes lifetimes(const Component& component) {
  Lifetimes found{std::vector<std::size_t>(component.locals.size(), 0),
                  std::vector<std::size_t>(component.locals.size(), 0)};
  for (std::size_t i = 0; i < component.body.size(); ++i) {
    for (const LocalId id : outputs_of(component.body[i])) {
      if (id != kNone) found.made[static_cast<std::size_t>(id)] = i;
    }
    for_each_read(component.body[i],
                  [&](LocalId id) { found.last_read[static_cast<std::size_t>(id)] = i; });
  }
  for (const LocalId id : component.outputs)
    found.last_read[static_cast<std::size_t>(id)] = kForever;
  return found;
}

// The name, or the first of name_2, name_3, ... that is free.
std::string free_name(const std::string& name, const auto& is_free) {
  if (is_free(name)) return name;
  for (int i = 2;; ++i) {
    std::string other = numbered(name, i);
    if (is_free(other)) return other;
  }
}

}  // namespace

std::vector<std::string> names_of_locals(const Component& component, const Members& members) {
  std::vector<std::string> names(component.locals.size());
  std::set<std::string> taken;
  for (const Member& member : members.members) taken.insert(member.name);
  for (const ComponentParameter& parameter : component.parameters) taken.insert(parameter.name);
  for (const ComponentParameter& parameter : component.parameters) {
    names[static_cast<std::size_t>(parameter.local)] = parameter.name;
  }

  const Lifetimes life = lifetimes(component);
  const std::set<LocalId> inputs(component.inputs.begin(), component.inputs.end());
  std::map<std::string, LocalId> holder;  // who has the name now
  const auto give = [&](LocalId id, std::size_t statement, bool is_input) {
    if (id == kNone || !names[static_cast<std::size_t>(id)].empty()) return;
    const auto is_free = [&](const std::string& name) {
      if (taken.contains(name)) return false;
      const auto held = holder.find(name);
      if (held == holder.end()) return true;
      const auto other = static_cast<std::size_t>(held->second);
      const bool sibling = !inputs.contains(held->second) && life.made[other] == statement;
      return !is_input && !sibling && life.last_read[other] <= statement;
    };
    const std::string name =
        free_name(identifier(component.locals[static_cast<std::size_t>(id)].name), is_free);
    names[static_cast<std::size_t>(id)] = name;
    holder[name] = id;
  };

  for (const LocalId id : component.inputs) give(id, 0, true);
  for (std::size_t i = 0; i < component.body.size(); ++i) {
    for (const LocalId id : outputs_of(component.body[i])) give(id, i, false);
  }
  return names;
}

}  // namespace strata
