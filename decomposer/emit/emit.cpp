#include "decomposer/emit/emit.h"

#include <fmt/format.h>

#include "decomposer/cost/cost.h"
#include "decomposer/emit/adapter.h"
#include "decomposer/emit/component_file.h"
#include "decomposer/emit/documents.h"
#include "decomposer/emit/flat.h"
#include "decomposer/emit/wrap.h"
#include "decomposer/graph/identifier.h"
#include "decomposer/registry/registry.h"
#include "decomposer/tree/write.h"
#include "kernels_l0/catalogue.h"

namespace strata {
namespace {

// "steps/step_02_gpt2_block_1x64x768_fp32"
std::string step_folder(std::size_t number, const Component& component) {
  return fmt::format("steps/step_{:02}_{}", number, component.name);
}

std::string refactored_text(const Component& component, const std::string& folder) {
  const std::string name = folder.substr(folder.find('/') + 1);
  const std::string subject =
      fmt::format("{} by calls of its children alone: the component as it is in {}.",
                  component.operation, level_folder(component.level));
  return fmt::format(
      "#pragma once\n\n{}\n#include \"../../{}\"\n\nnamespace {} {{\n\nusing {}::Model;\n\n}}  // "
      "namespace {}\n",
      comment(subject), file_of(component), name, component.name, name);
}

void add_steps(FileTexts& files, const Graph& normalised, const Tree& tree,
               const std::vector<std::vector<InputRule>>& rules) {
  std::size_t number = 0;
  for (const ComponentId id : steps_of(tree)) {
    const Component& component = tree.components[static_cast<std::size_t>(id)];
    const std::string folder = step_folder(++number, component);
    const FlatComponent flat = flat_component(tree, id);
    const FileContext context{
        component.name + "_original",
        heading_of(tree, id) + "\nThe original, written out: what the step is judged against.",
        rules[static_cast<std::size_t>(id)]};
    files[folder + "/original.h"] = component_text(tree.components, flat.component, context);
    files[folder + "/refactored.h"] = refactored_text(component, folder);
    files[folder + "/weight_map.json"] = weight_map_text(normalised, tree, id, flat);
  }
}

}  // namespace

FileTexts output_files(const Graph& loaded, const Graph& normalised, const Tree& tree,
                       const std::vector<std::optional<IntegerRange>>& sample_ranges) {
  FileTexts files;
  const std::vector<std::vector<InputRule>> rules = input_rules(normalised, tree, sample_ranges);
  std::vector<AdapterEntry> entries;
  for (std::size_t i = 0; i < tree.components.size(); ++i) {
    const Component& component = tree.components[i];
    const FileContext context{component.name, heading_of(tree, static_cast<ComponentId>(i)),
                              rules[i]};
    files[file_of(component)] = component_text(tree.components, component, context);
    entries.push_back({file_of(component), component.name});
  }
  add_steps(files, normalised, tree, rules);
  files["decomposition_tree.json"] = tree_text(normalised, tree);
  files["decomposition_log.json"] = log_text(loaded, normalised, tree);
  files["module_db.json"] =
      registry_text(registry_of(tree, cost_of(tree, catalogue()), normalised.name));
  files["adapter.cpp"] = adapter_text(entries);
  files["self_test.cpp"] = self_test_text();
  files["CMakeLists.txt"] = build_text(identifier(normalised.name), entries);
  return files;
}

void emit(const Graph& loaded, const Graph& normalised, const Tree& tree,
          const std::filesystem::path& out, bool force,
          const std::vector<std::optional<IntegerRange>>& sample_ranges) {
  write_folder(out, output_files(loaded, normalised, tree, sample_ranges), force);
}

}  // namespace strata
