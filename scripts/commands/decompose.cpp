#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "decomposer/cost/cost.h"
#include "decomposer/decompose.h"
#include "decomposer/emit/emit.h"
#include "decomposer/quality/quality.h"
#include "decomposer/registry/shared.h"
#include "kernels_l0/catalogue.h"
#include "scripts/commands/commands.h"
#include "verifier/runner.h"
#include "verifier/sample_ranges.h"

namespace strata {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::filesystem::path model;
  std::filesystem::path out;
  std::filesystem::path registry;  // shared with other folders; empty: none
  bool force = false;
  bool json = false;
};

struct LevelCount {
  int components = 0;
  int instances = 0;
};

std::array<LevelCount, 4> count_levels(const Tree& tree) {
  std::array<LevelCount, 4> levels{};
  const auto level = [&](const Component& component) -> LevelCount& {
    return levels.at(static_cast<std::size_t>(component.level));
  };
  for (const Component& component : tree.components) ++level(component).components;
  for (const Instance& instance : tree.instances) {
    ++level(tree.components[static_cast<std::size_t>(instance.component)]).instances;
  }
  return levels;
}

void print_summary(const Decomposition& parts, const Options& options, double seconds) {
  const std::array<LevelCount, 4> levels = count_levels(parts.tree);
  static constexpr std::array<const char*, 4> kNames{"kernels", "fusions", "layers", "model"};
  fmt::print("{}: {} nodes, {} of them normalised away\n", options.model.string(),
             parts.loaded.nodes.size(), parts.normalised.dropped.size());
  for (std::size_t level = levels.size(); level-- > 0;) {
    fmt::print("  L{} {:<8} {:>5} component{} {:>5} instance{}\n", level, kNames[level],
               levels[level].components, levels[level].components == 1 ? " " : "s",
               levels[level].instances, levels[level].instances == 1 ? "" : "s");
  }
  fmt::print("written to {} in {:.2f} s\n", options.out.string(), seconds);
}

void print_json(const Decomposition& parts, const Options& options, double seconds) {
  nlohmann::json levels = nlohmann::json::array();
  const std::array<LevelCount, 4> counts = count_levels(parts.tree);
  for (std::size_t level = 0; level < counts.size(); ++level) {
    levels.push_back({{"level", level},
                      {"components", counts[level].components},
                      {"instances", counts[level].instances}});
  }
  const Quality quality =
      quality_of(parts.loaded, parts.normalised, parts.tree, module_signatures(options.model));
  const nlohmann::json document = {{"schema", "decompose_summary/1"},
                                   {"model", options.model.string()},
                                   {"out", options.out.string()},
                                   {"nodes", parts.loaded.nodes.size()},
                                   {"normalised_away", parts.normalised.dropped.size()},
                                   {"levels", levels},
                                   {"quality", to_json(quality)},
                                   {"seconds", seconds}};
  fmt::print("{}\n", document.dump(2));
}

int run(const Options& options) {
  const auto started = Clock::now();
  std::optional<SharedRegistry> registry;
  if (!options.registry.empty()) registry.emplace(options.registry);
  Decomposition parts = decompose(options.model, throw_if_interrupted);
  if (registry) take_names(parts.tree, registry->modules());
  throw_if_interrupted();  // from here on an interrupt waits until the folder is whole
  emit(parts.loaded, parts.normalised, parts.tree, options.out, options.force,
       sample_ranges(parts.loaded));
  if (registry) {
    registry->add(registry_of(parts.tree, cost_of(parts.tree, catalogue()), parts.loaded.name,
                              std::filesystem::absolute(options.out).lexically_normal().string()));
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
  options.json ? print_json(parts, options, seconds) : print_summary(parts, options, seconds);
  return kExitPass;
}

}  // namespace

Command decompose_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand(
      "decompose", "Take an exported model apart into a folder of C++ modules");
  app->add_option("MODEL", options->model, "archive that torch.export.save wrote (.pt2)")
      ->required();
  app->add_option("--out", options->out, "folder to write")->required();
  app->add_option("--registry", options->registry,
                  "module_db.json that several output folders share: names come from it, and what "
                  "this model uses is added");
  app->add_flag("--force", options->force, "overwrite a folder that has been edited");
  app->add_flag("--json", options->json, "print the summary as JSON");
  return {app, [options] { return run(*options); }};
}

}  // namespace strata
