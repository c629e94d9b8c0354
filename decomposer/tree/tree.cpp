#include "decomposer/tree/tree.h"

#include <algorithm>
#include <array>

#include "decomposer/graph/identifier.h"

namespace strata {
namespace {

constexpr std::array<const char*, 4> kFolders = {"level_0_kernel", "level_1_fusion",
                                                 "level_2_layer", "level_3_model"};

}  // namespace

std::string registered_name(const Child& child) {
  return child.index ? numbered(child.name, *child.index) : child.name;
}

std::string level_folder(int level) { return kFolders.at(static_cast<std::size_t>(level)); }

std::string file_of(const Component& component) {
  return level_folder(component.level) + "/" + component.name + ".h";
}

std::vector<InstanceId> children_of(const Tree& tree, InstanceId instance) {
  std::vector<InstanceId> found;
  for (std::size_t i = 0; i < tree.instances.size(); ++i) {
    if (tree.instances[i].parent == instance) found.push_back(static_cast<InstanceId>(i));
  }
  std::ranges::sort(found, {}, [&](InstanceId id) {
    return tree.instances[static_cast<std::size_t>(id)].statement;
  });
  return found;
}

std::vector<InstanceId> instances_of(const Tree& tree, ComponentId component) {
  std::vector<InstanceId> found;
  for (std::size_t i = 0; i < tree.instances.size(); ++i) {
    if (tree.instances[i].component == component) found.push_back(static_cast<InstanceId>(i));
  }
  return found;
}

std::vector<NodeId> nodes_below(const Tree& tree, InstanceId instance) {
  // Parents stand before children, so one pass marks all descendants.
  std::vector<bool> below(tree.instances.size(), false);
  std::vector<NodeId> found;
  for (std::size_t i = static_cast<std::size_t>(instance); i < tree.instances.size(); ++i) {
    const Instance& candidate = tree.instances[i];
    below[i] = static_cast<InstanceId>(i) == instance ||
               (candidate.parent != kNone && below[static_cast<std::size_t>(candidate.parent)]);
    if (below[i]) found.insert(found.end(), candidate.nodes.begin(), candidate.nodes.end());
  }
  std::ranges::sort(found);
  return found;
}

std::vector<ComponentId> steps_of(const Tree& tree) {
  std::vector<ComponentId> steps;
  for (std::size_t i = tree.components.size(); i-- > 0;) {
    const Component& component = tree.components[i];
    if (component.level == 3 || !component.children.empty())
      steps.push_back(static_cast<ComponentId>(i));
  }
  return steps;
}

}  // namespace strata
