#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "decomposer/cost/llm_viewer.h"
#include "decomposer/cost/report.h"
#include "decomposer/decompose.h"
#include "decomposer/registry/registry.h"
#include "kernels_l0/catalogue.h"
#include "scripts/commands/commands.h"
#include "scripts/commands/peak.h"
#include "verifier/runner.h"

namespace strata {
namespace {

struct Options {
  std::filesystem::path from;
  PeakOptions peak;
  bool llm_viewer = false;
  bool json = false;
  bool csv = false;
};

int run(const Options& options) {
  CostReport report;
  report.peak = peak_of(options.peak);
  const Tree tree = std::filesystem::is_directory(options.from)
                        ? read_registered_tree(options.from).tree
                        : decompose(options.from, throw_if_interrupted).tree;
  report.model = options.from.string();
  report.cost = cost_of(tree, catalogue());
  if (options.llm_viewer) report.llm_viewer = llm_viewer_flops(tree);
  if (options.json) {
    fmt::print("{}\n", cost_json(tree, report).dump(1));
  } else {
    fmt::print("{}", options.csv ? cost_csv(tree, report) : cost_text(tree, report));
  }
  return kExitPass;
}

}  // namespace

Command flops_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand(
      "flops", "Count operations and bytes: per kernel, component, level and model");
  app->add_option("FROM", options->from, "a folder that decompose wrote, or an archive (.pt2)")
      ->required();
  add_peak_options(*app, options->peak);
  app->add_flag("--llm-viewer", options->llm_viewer,
                "add what LLM-Viewer counts, its known errors included");
  auto* json = app->add_flag("--json", options->json, "print JSON");
  app->add_flag("--csv", options->csv, "print a line per component, for tables")->excludes(json);
  return {app, [options] { return run(*options); }};
}

}  // namespace strata
