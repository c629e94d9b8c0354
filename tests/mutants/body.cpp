#include "tests/mutants/body.h"

#include <algorithm>
#include <set>

#include "decomposer/emit/component_file.h"
#include "decomposer/graph/index.h"

namespace strata {
bool floating(ScalarType type) {
  return type == ScalarType::kFloat32 || type == ScalarType::kFloat16 ||
         type == ScalarType::kBFloat16 || type == ScalarType::kFloat64;
}

bool alike(const Local& one, const Local& other) {
  return one.sizes == other.sizes && one.dtype == other.dtype;
}

std::vector<LocalId> reads_of(const Statement& statement) {
  if (const auto* child = std::get_if<ChildCall>(&statement)) return child->inputs;
  std::vector<LocalId> reads;
  for (const Argument& argument : std::get<OperatorCall>(statement).arguments)
    for (const ValueRef ref : tensors_in(argument)) reads.push_back(ref.id);
  return reads;
}

const std::vector<LocalId>& outputs_of(const Statement& statement) {
  if (const auto* child = std::get_if<ChildCall>(&statement)) return child->outputs;
  return std::get<OperatorCall>(statement).outputs;
}

void replace_reads(Component& component, std::size_t from, LocalId old, LocalId now) {
  const auto swap = [&](LocalId& id) {
    if (id == old) id = now;
  };
  for (std::size_t i = from; i < component.body.size(); ++i) {
    if (auto* child = std::get_if<ChildCall>(&component.body[i])) {
      std::ranges::for_each(child->inputs, swap);
      continue;
    }
    for (Argument& argument : std::get<OperatorCall>(component.body[i]).arguments) {
      if (auto* one = std::get_if<ValueRef>(&argument)) swap(one->id);
      if (auto* list = std::get_if<std::vector<ValueRef>>(&argument))
        for (ValueRef& ref : *list) swap(ref.id);
    }
  }
  std::ranges::for_each(component.outputs, swap);
}

void drop_dead(Component& component) {
  std::set<LocalId> read(component.outputs.begin(), component.outputs.end());
  for (std::size_t i = component.body.size(); i-- > 0;) {
    const Statement& statement = component.body[i];
    const auto* call = std::get_if<OperatorCall>(&statement);
    const bool wanted =
        std::ranges::any_of(outputs_of(statement), [&](LocalId id) { return read.contains(id); });
    if (!wanted && (call == nullptr || !call->op->writes())) {
      component.body.erase(component.body.begin() + static_cast<std::ptrdiff_t>(i));
      continue;
    }
    const std::vector<LocalId> reads = reads_of(statement);
    read.insert(reads.begin(), reads.end());
  }
}

std::string words(const Component& component, const Statement& statement) {
  if (const auto* child = std::get_if<ChildCall>(&statement))
    return registered_name(component.children[at(child->child)]);
  return std::get<OperatorCall>(statement).op->name;
}

}  // namespace strata
