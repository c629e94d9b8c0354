#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "decomposer/registry/worklist.h"
#include "kernels_l0/error.h"
#include "scripts/commands/commands.h"
#include "scripts/commands/peak.h"

namespace strata {
namespace {

struct Options {
  std::vector<std::filesystem::path> folders;
  PeakOptions peak;
  WorkOrder order = WorkOrder::kFlops;
  bool common = false;
  bool json = false;
};

int run(const Options& options) {
  const std::optional<Peak> peak = peak_of(options.peak);
  if (options.order == WorkOrder::kTime && !peak) {
    throw Error("kernels.peak",
                "--sort time: a time follows from what the machine can do; got no figures; give "
                "--peak-flops and --bandwidth, or --measure-peak");
  }
  std::vector<FolderModules> folders;
  for (const std::filesystem::path& folder : options.folders)
    folders.push_back({folder, read_registry(registry_file(folder))});
  const std::vector<WorkItem> items = worklist(folders, options.common, options.order, peak);
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
  const std::map<std::string, WorkOrder> orders = {
      {"flops", WorkOrder::kFlops}, {"count", WorkOrder::kCount}, {"time", WorkOrder::kTime}};
  app->add_option("--sort", options->order, "flops (default), count or time")
      ->transform(CLI::CheckedTransformer(orders));
  add_peak_options(*app, options->peak);
  app->add_flag("--json", options->json, "print JSON");
  return {app, [options] { return run(*options); }};
}

}  // namespace strata
