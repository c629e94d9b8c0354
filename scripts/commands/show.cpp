#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "decomposer/decompose.h"
#include "decomposer/emit/show.h"
#include "decomposer/quality/quality.h"
#include "decomposer/tree/read.h"
#include "kernels_l0/error.h"
#include "scripts/commands/commands.h"
#include "verifier/runner.h"

namespace strata {
namespace {

// The component of this name; when there is none, the one of this operation or instance path.
ComponentId find_component(const Tree& tree, const std::string& name) {
  std::vector<ComponentId> found;
  for (std::size_t i = 0; i < tree.components.size(); ++i) {
    if (tree.components[i].name == name) return static_cast<ComponentId>(i);
    if (tree.components[i].operation == name) found.push_back(static_cast<ComponentId>(i));
  }
  for (const Instance& instance : tree.instances) {
    if (instance.path == name || (!name.empty() && instance.original_path == name)) {
      if (std::ranges::find(found, instance.component) == found.end())
        found.push_back(instance.component);
      if (instance.path == name) return instance.component;
    }
  }
  if (found.size() == 1) return found.front();
  std::vector<std::string> names;
  for (ComponentId id : found) names.push_back(tree.components[static_cast<std::size_t>(id)].name);
  throw Error(
      "show.component",
      names.empty()
          ? fmt::format("{}: must name a component, an operation or an instance; got none of the "
                        "tree; `strata show` without a name lists them",
                        name)
          : fmt::format("{}: must name one component; got {}; name one of them", name,
                        fmt::join(names, ", ")));
}

// Columns of the terminal that stdout is; 0 when it is none.
std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

struct Options {
  std::filesystem::path from;
  std::string component;
  bool quality = false;
};

Tree tree_from(const std::filesystem::path& from) {
  if (std::filesystem::is_directory(from)) return read_tree(from).tree;
  return decompose(from, throw_if_interrupted).tree;
}

// Of a folder: the tree that it holds, against the archive that it was made from.
Quality quality_from(const std::filesystem::path& from) {
  const bool is_folder = std::filesystem::is_directory(from);
  const std::filesystem::path archive = is_folder ? read_tree(from).metadata.archive : from;
  Decomposition parts = decompose(archive);
  if (is_folder) parts.tree = read_tree(from, parts.normalised).tree;
  return quality_of(parts.loaded, parts.normalised, parts.tree, module_signatures(archive));
}

int run(const Options& options) {
  if (options.quality) {
    fmt::print("{}", quality_text(quality_from(options.from)));
    return kExitPass;
  }
  const Tree tree = tree_from(options.from);
  const std::string text =
      options.component.empty()
          ? show_tree(tree, terminal_width())
          : show_component(tree, find_component(tree, options.component), terminal_width());
  fmt::print("{}", text);
  return kExitPass;
}

}  // namespace

Command show_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand(
      "show", "Print the tree of a folder or of an archive, or one component of it");
  app->add_option("FROM", options->from, "a folder that decompose wrote, or an archive (.pt2)")
      ->required();
  app->add_option("COMPONENT", options->component,
                  "a component, an operation or an instance's path");
  app->add_flag("--quality", options->quality,
                "print the numbers of the tree's quality instead; needs the archive");
  return {app, [options] { return run(*options); }};
}

}  // namespace strata
