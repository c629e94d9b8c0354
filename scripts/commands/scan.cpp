#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "anticheat/client.h"
#include "anticheat/component_files.h"
#include "anticheat/print.h"
#include "kernels_l0/error.h"
#include "scripts/commands/commands.h"

namespace strata {
namespace {

struct Options {
  std::vector<std::filesystem::path> files;
  std::string profile;
  std::vector<std::filesystem::path> user_kernels;
  std::string rule;  // to explain
  bool json = false;
  bool sarif = false;
};

Profile profile_of(const std::filesystem::path& file, const std::string& name) {
  if (name.empty()) return default_profile(file);
  const std::optional<Profile> named = profile_from_name(name);
  if (named) return *named;
  throw Error("scan.profile",
              fmt::format("--profile: must be parent, catalogue_l0, flat or user_kernel; got '{}'; "
                          "without it the folder's level decides",
                          name));
}

// The files and their children, each once; what is named here is what it is named as.
std::vector<JudgedFile> with_children(const Options& options) {
  std::vector<JudgedFile> named;
  std::vector<JudgedFile> children;
  std::set<std::filesystem::path> known;
  for (const std::filesystem::path& file : options.files) {
    const ComponentFiles component = component_files(file);
    std::vector<JudgedFile> judged =
        judged_files(component, profile_of(component.file, options.profile), options.user_kernels);
    if (known.insert(component.file).second) named.push_back(judged.front());
    children.insert(children.end(), judged.begin() + 1, judged.end());
  }
  for (const JudgedFile& child : children) {
    if (known.insert(child.file).second) named.push_back(child);
  }
  require_among({known.begin(), known.end()}, options.user_kernels);
  return named;
}

int run(const Options& options) {
  if (!options.rule.empty()) {
    fmt::print("{}", explain_rule(options.rule));
    return kExitPass;
  }
  if (options.files.empty()) {
    throw Error("scan.files", "FILE: at least one component file is expected; got none; name one");
  }
  ScanRequest request;
  request.files = with_children(options);
  const ScanReply reply = scan(request);
  if (options.sarif) {
    fmt::print("{}\n", to_sarif(reply).dump(2));
  } else if (options.json) {
    fmt::print("{}\n", to_json(reply).dump(2));
  } else {
    fmt::print("{}", print_reply(reply));
  }
  if (!reply.errors.empty()) return kExitCouldNotJudge;
  return is_clean(reply) ? kExitPass : kExitFail;
}

}  // namespace

Command scan_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand(
      "scan", "Judge component files by the anti-cheat policy, without running them");
  app->add_option("FILE", options->files,
                  "component files; their children are found through their includes");
  app->add_option(
      "--profile", options->profile,
      "what FILE is: parent, catalogue_l0, flat or user_kernel; default: by the folder's level");
  app->add_option("--user-kernel", options->user_kernels,
                  "a file, FILE or a kernel below it, that is raw code of your own; may be given "
                  "several times")
      ->allow_extra_args(false);
  auto* json = app->add_flag("--json", options->json, "print the findings as JSON");
  app->add_flag("--sarif", options->sarif,
                "print the findings as SARIF, for editors and code hosts")
      ->excludes(json);
  app->add_option("--explain", options->rule, "print a rule's page instead; \"all\": every rule");
  return {app, [options] { return run(*options); }};
}

}  // namespace strata
