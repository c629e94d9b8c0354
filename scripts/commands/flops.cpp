#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "decomposer/cost/llm_viewer.h"
#include "decomposer/cost/report.h"
#include "decomposer/decompose.h"
#include "decomposer/tree/read.h"
#include "kernels_l0/catalogue.h"
#include "kernels_l0/error.h"
#include "scripts/commands/commands.h"
#include "verifier/runner.h"

namespace strata {
namespace {

struct Options {
  std::filesystem::path from;
  double peak_flops = 0;
  double bandwidth = 0;
  bool llm_viewer = false;
  bool json = false;
  bool csv = false;
};

std::optional<Peak> peak_of(const Options& options) {
  if ((options.peak_flops > 0) != (options.bandwidth > 0)) {
    throw Error("flops.peak",
                "--peak-flops and --bandwidth: a time follows from both; got one; give the other");
  }
  if (options.peak_flops > 0) return Peak{options.peak_flops, options.bandwidth};
  return std::nullopt;
}

int run(const Options& options) {
  CostReport report;
  report.peak = peak_of(options);
  const Tree tree = std::filesystem::is_directory(options.from)
                        ? read_tree(options.from).tree
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
      ->required()
      ->check(CLI::ExistingPath);
  app->add_option("--peak-flops", options->peak_flops,
                  "operations per second that the machine can do; gives times")
      ->check(CLI::PositiveNumber);
  app->add_option("--bandwidth", options->bandwidth, "bytes per second that it can move")
      ->check(CLI::PositiveNumber);
  app->add_flag("--llm-viewer", options->llm_viewer,
                "add what LLM-Viewer counts, its known errors included");
  auto* json = app->add_flag("--json", options->json, "print JSON");
  app->add_flag("--csv", options->csv, "print a line per component, for tables")->excludes(json);
  return {app, [options] { return run(*options); }};
}

}  // namespace strata
