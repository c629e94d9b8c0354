#include "decomposer/diff/diff.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "decomposer/registry/registry.h"
#include "kernels_l0/catalogue.h"
#include "scripts/commands/commands.h"
#include "verifier/runner.h"

namespace strata {
namespace {

struct Options {
  std::filesystem::path before;
  std::filesystem::path after;
  bool json = false;
};

DiffSide read_side(const std::filesystem::path& from) {
  if (std::filesystem::is_directory(from))
    return side_of(from.string(), read_registered_tree(from), catalogue());
  return side_of(from.string(), decompose(from, throw_if_interrupted), catalogue());
}

int run(const Options& options) {
  const DiffSide before = read_side(options.before);
  const DiffSide after = read_side(options.after);
  const TreeDiff found = diff(before, after);
  if (options.json) {
    fmt::print("{}\n", diff_json(before, after, found).dump(1));
  } else {
    fmt::print("{}", diff_text(before, after, found));
  }
  return found.same() ? kExitPass : kExitFail;
}

}  // namespace

Command diff_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand(
      "diff", "Tell what changed between two decompositions or exports of a model");
  app->add_option("BEFORE", options->before, "a folder that decompose wrote, or an archive (.pt2)")
      ->required();
  app->add_option("AFTER", options->after, "another")->required();
  app->add_flag("--json", options->json, "print JSON");
  return {app, [options] { return run(*options); }};
}

}  // namespace strata
