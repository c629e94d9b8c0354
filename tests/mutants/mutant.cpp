#include "tests/mutants/mutant.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "decomposer/emit/component_file.h"
#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"
#include "tests/mutants/maker.h"

namespace strata {
namespace {

// By component: whether it or something below it has a weight.
std::vector<bool> holding_weights(const Tree& tree) {
  std::vector<bool> holding;
  for (const Component& component : tree.components) {
    holding.push_back(!component.parameters.empty() ||
                      std::ranges::any_of(component.children, [&](const Child& child) {
                        return holding[at(child.component)];
                      }));
  }
  return holding;
}

}  // namespace

Maker::Maker(const Tree& tree, ComponentId id)
    : id_(id),
      holds_weights_(holding_weights(tree)),
      whole_(with_own_names(tree.components[at(id)])) {}

void Maker::add(const std::string& kind, std::size_t place, const std::string& what,
                const Edit& edit) {
  Mutant mutant;
  mutant.component = id_;
  mutant.kind = kind;
  const std::string stem = fmt::format("{}/{}/{}", whole_.name, kind, place);
  const int times = seen_[stem]++;
  mutant.id = times == 0 ? stem : fmt::format("{}.{}", stem, times);
  mutant.what = what;
  mutant.changed = whole_;
  edit(mutant.changed);
  mutants_.push_back(std::move(mutant));
}

std::vector<Mutant> Maker::all() {
  for (std::size_t place = 0; place < whole_.body.size(); ++place) {
    if (std::holds_alternative<OperatorCall>(whole_.body[place])) {
      operator_mutants(place);
    } else {
      child_mutants(place);
    }
    missing(place);
    wrong_cast(place);
    wrong_order(place);
  }
  other_result();
  add("stale_cache", 0, "the first result is kept", [](Component&) {});
  mutants_.back().stale_cache = true;
  return std::move(mutants_);
}

Component with_own_names(const Component& component) {
  Component own = component;
  std::map<std::string, int> seen;
  for (Local& local : own.locals) {
    const int times = seen[local.name]++;
    if (times > 0) local.name += fmt::format("_v{}", times);
  }
  return own;
}

std::vector<Mutant> mutants_of(const Tree& tree, ComponentId id) {
  const auto text_of = [&](const Component& component) {
    return component_text(tree.components, component,
                          {component.name, "", std::vector<InputRule>(component.inputs.size())});
  };
  std::set<std::string> texts{text_of(with_own_names(tree.components[at(id)]))};
  std::vector<Mutant> mutants;
  for (Mutant& mutant : Maker(tree, id).all()) {
    try {
      if (mutant.stale_cache || texts.insert(text_of(mutant.changed)).second)
        mutants.push_back(std::move(mutant));
    } catch (const Error&) {
      continue;  // C++ has no such call
    }
  }
  return mutants;
}

}  // namespace strata
