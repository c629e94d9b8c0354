#include "verifier/user_kernels.h"

#include <fmt/format.h>

#include <algorithm>

#include "anticheat/component_files.h"
#include "decomposer/emit/component_file.h"
#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

void add_below(const Judged& judged, InstanceId id, std::set<ComponentId>& found) {
  const ComponentId component = judged.tree.instances.at(at(id)).component;
  if (judged.user_kernels.contains(component)) found.insert(component);
  for (InstanceId child : children_of(judged.tree, id)) add_below(judged, child, found);
}

}  // namespace

std::set<ComponentId> user_kernels_named(const Tree& tree, const std::vector<std::string>& names) {
  std::set<ComponentId> kernels;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(tree.components, name, &Component::name);
    if (found == tree.components.end() || found->level > 0) {
      throw Error(
          "verify.user_kernel",
          fmt::format("{}: must name a kernel, a component of level_0_kernel; got {}; a "
                      "parent's file that is raw code is judged by verify_step",
                      name, found == tree.components.end() ? "none of that name" : "a parent"));
    }
    kernels.insert(static_cast<ComponentId>(found - tree.components.begin()));
  }
  return kernels;
}

std::vector<std::string> raw_code_in(const Judged& judged, InstanceId instance) {
  std::vector<std::string> names;
  if (judged.user_kernels.empty()) return names;
  std::set<ComponentId> found;
  add_below(judged, instance, found);
  for (ComponentId component : found)
    names.push_back(judged.tree.components.at(at(component)).name);
  return names;
}

std::set<std::filesystem::path> raw_files(const std::filesystem::path& folder, const Tree& tree,
                                          const std::set<ComponentId>& user_kernels) {
  std::set<std::filesystem::path> files;
  for (ComponentId kernel : user_kernels) {
    const ComponentFiles own = component_files(folder / file_of(tree.components.at(at(kernel))));
    files.insert(own.files.begin(), own.files.end());
  }
  return files;
}

}  // namespace strata
