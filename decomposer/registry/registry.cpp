#include "decomposer/registry/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "decomposer/normalise/storage_groups.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

std::vector<Local> ports(const Component& component, const std::vector<LocalId>& ids) {
  std::vector<Local> list;
  for (const LocalId id : ids) list.push_back(component.locals[static_cast<std::size_t>(id)]);
  return list;
}

// By itself; children answer for themselves.
bool draws_no_random_numbers(const Component& component) {
  return std::ranges::none_of(component.body, [](const Statement& statement) {
    const auto* call = std::get_if<OperatorCall>(&statement);
    if (call == nullptr) return false;
    Node node;
    node.op = call->op;
    node.arguments = call->arguments;
    return draws_random_numbers(node);
  });
}

std::string message_of_conflict(const Module& a, const Module& b) {
  if (a.hash == b.hash) {
    return fmt::format("{}: a module has one name; got '{}' and '{}' for hash {}", a.name, a.name,
                       b.name, a.hash);
  }
  return fmt::format("{}: a name belongs to one module; got hashes {} and {}", a.name, a.hash,
                     b.hash);
}

// Both by their only key each.
struct Index {
  std::map<std::string, std::size_t> by_hash;
  std::map<std::string, std::size_t> by_name;

  explicit Index(const Registry& registry) {
    for (std::size_t i = 0; i < registry.modules.size(); ++i) add(registry.modules[i], i);
  }
  void add(const Module& module, std::size_t place) {
    by_hash.emplace(module.hash, place);
    by_name.emplace(module.name, place);
  }
  // A module that has the hash or the name.
  std::optional<std::size_t> find(const Module& module) const {
    if (const auto same = by_hash.find(module.hash); same != by_hash.end()) return same->second;
    if (const auto same = by_name.find(module.name); same != by_name.end()) return same->second;
    return std::nullopt;
  }
};

}  // namespace

Registry registry_of(const Tree& tree, const TreeCost& cost, const std::string& model,
                     const std::string& folder) {
  Registry registry;
  std::vector<bool> deterministic;
  for (std::size_t i = 0; i < tree.components.size(); ++i) {
    const Component& component = tree.components[i];
    deterministic.push_back(draws_no_random_numbers(component));
    for (const Child& child : component.children) {
      if (!deterministic[static_cast<std::size_t>(child.component)]) deterministic.back() = false;
    }
    Module module;
    module.hash = component.hash;
    module.name = component.name;
    module.file = file_of(component);
    module.level = component.level;
    module.operation = component.operation;
    module.original_class = component.class_name;
    module.inputs = ports(component, component.inputs);
    module.outputs = ports(component, component.outputs);
    for (const ComponentParameter& parameter : component.parameters) {
      module.parameters.push_back(component.locals[static_cast<std::size_t>(parameter.local)]);
      module.parameters.back().name = parameter.name;
    }
    module.deterministic = deterministic.back();
    module.by_catalogue = cost.components[i].by_catalogue;
    module.uncounted = cost.components[i].uncounted;
    module.own = cost.components[i].own;
    module.total = cost.components[i].total;
    module.uses = {{model, folder, cost.uses[i]}};
    registry.modules.push_back(std::move(module));
  }
  std::ranges::reverse(registry.modules);
  return registry;
}

void merge(Registry& into, const Registry& from) {
  std::set<std::string> replaced;
  for (const Module& module : from.modules) {
    for (const ModuleUse& use : module.uses) replaced.insert(use.model);
  }
  for (Module& module : into.modules) {
    std::erase_if(module.uses, [&](const ModuleUse& use) { return replaced.contains(use.model); });
  }
  Index index(into);
  for (const Module& module : from.modules) {
    const auto found = index.find(module);
    if (!found) {
      index.add(module, into.modules.size());
      into.modules.push_back(module);
      continue;
    }
    Module& known = into.modules[*found];
    if (known.hash != module.hash || known.name != module.name) {
      throw Error("registry.conflict", message_of_conflict(known, module) +
                                           "; decompose the model again with --registry");
    }
    std::vector<ModuleUse> uses = std::move(known.uses);
    uses.insert(uses.end(), module.uses.begin(), module.uses.end());
    known = module;
    known.uses = std::move(uses);
  }
  // Whatever no model uses any longer has no file either.
  std::erase_if(into.modules, [](const Module& module) { return module.uses.empty(); });
}

void take_names(Tree& tree, const Registry& registry) {
  const Index index(registry);
  std::set<std::string> taken;
  for (const Component& component : tree.components) {
    if (index.by_hash.contains(component.hash))
      taken.insert(registry.modules[index.by_hash.at(component.hash)].name);
  }
  for (Component& component : tree.components) {
    if (const auto known = index.by_hash.find(component.hash); known != index.by_hash.end()) {
      component.name = registry.modules[known->second].name;
      continue;
    }
    // Names are at most 119 bytes.
    constexpr std::size_t kLongest = 119 - 9;
    if (index.by_name.contains(component.name) || taken.contains(component.name))
      component.name = component.name.substr(0, kLongest) + "_" + component.hash.substr(0, 8);
    taken.insert(component.name);
  }
}

void require_registered(const Tree& tree, const Registry& registry,
                        const std::filesystem::path& file) {
  const Index index(registry);
  for (const Component& component : tree.components) {
    const auto known = index.by_hash.find(component.hash);
    if (known == index.by_hash.end()) {
      throw Error("registry.missing",
                  fmt::format("{}: names every component of the tree; got none for '{}' with hash "
                              "{}; decompose the model again",
                              file.string(), component.name, component.hash));
    }
    const Module& module = registry.modules[known->second];
    if (module.name != component.name || module.file != file_of(component)) {
      throw Error(
          "registry.conflict",
          fmt::format("{}: must name a component as the tree does; got '{}' in {}, expected "
                      "'{}' in {}; decompose the model again",
                      file.string(), module.name, module.file, component.name, file_of(component)));
    }
  }
}

TreeDocument read_registered_tree(const std::filesystem::path& folder) {
  TreeDocument document = read_tree(folder);
  require_registered(document.tree, read_registry(registry_file(folder)), registry_file(folder));
  return document;
}

std::filesystem::path registry_file(const std::filesystem::path& folder) {
  return folder / "module_db.json";
}

}  // namespace strata
