#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "decomposer/registry/worklist.h"
#include "kernels_l0/error.h"
#include "scripts/commands/commands.h"
#include "scripts/commands/peak.h"
#include "scripts/values.h"

namespace strata {
namespace {

struct Options {
  std::vector<std::filesystem::path> folders;
  PeakOptions peak;
  std::string order = "flops";
  bool common = false;
  bool json = false;
};

WorkOrder order_named(const std::string& name) {
  if (name == "time") return WorkOrder::kTime;
  return name == "count" ? WorkOrder::kCount : WorkOrder::kFlops;
}

int run(const Options& options) {
  const std::optional<Peak> peak = peak_of(options.peak);
  const WorkOrder order = order_named(options.order);
  if (order == WorkOrder::kTime && !peak) {
    throw Error("kernels.peak",
                "--sort time: a time follows from what the machine can do; got no figures; give "
                "--peak-flops and --bandwidth, or --measure-peak");
  }
  std::vector<FolderModules> folders;
  for (const std::filesystem::path& folder : options.folders)
    folders.push_back({folder, read_registry(registry_file(folder))});
  const std::vector<WorkItem> items = worklist(folders, options.common, order, peak);
  if (options.json) {
    fmt::print("{}\n", worklist_json(items, folders, peak).dump(1));
  } else {
    fmt::print("{}", worklist_text(items, folders, peak));
  }
  return kExitPass;
}

}  // namespace

Command kernels_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand(
      "kernels", "List the distinct kernels of models: how often, what they cost, who shares them");
  app->add_option("DIR", options->folders, "folders that decompose wrote")->required();
  app->add_flag("--common", options->common, "only kernels that more than one of them uses");
  app->add_option("--sort", options->order, "what comes first; default: flops")
      ->check(one_of({"flops", "count", "time"}));
  add_peak_options(*app, options->peak);
  app->add_flag("--json", options->json, "print JSON");
  return {app, [options] { return run(*options); }};
}

}  // namespace strata
