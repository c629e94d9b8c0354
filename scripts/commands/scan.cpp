#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "anticheat/client.h"
#include "anticheat/print.h"
#include "kernels_l0/error.h"
#include "scripts/commands/commands.h"
#include "verifier/build_subject.h"

namespace strata {
namespace {

struct Options {
  std::vector<std::filesystem::path> files;
  std::string profile;
  std::string rule;  // to explain
  bool json = false;
  bool sarif = false;
};

JudgedFile judged_file(const std::filesystem::path& file, const std::string& profile) {
  JudgedFile judged;
  judged.file = file;
  const bool kernel = level_of(judged) == 0;
  judged.profile = kernel ? Profile::kCatalogueL0 : Profile::kParent;
  if (profile.empty()) return judged;
  const std::optional<Profile> named = profile_from_name(profile);
  if (!named) {
    throw Error("scan.profile",
                fmt::format("{}: must be parent, catalogue_l0, flat or user_kernel", profile));
  }
  judged.profile = *named;
  return judged;
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
  for (const std::filesystem::path& file : options.files) {
    request.files.push_back(judged_file(file, options.profile));
  }
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
  app->add_option("FILE", options->files, "component files, children included");
  app->add_option("--profile", options->profile,
                  "parent, catalogue_l0, flat or user_kernel; default: by the folder's level");
  app->add_flag("--json", options->json, "print the findings as JSON");
  app->add_flag("--sarif", options->sarif,
                "print the findings as SARIF, for editors and code hosts");
  app->add_option("--explain", options->rule, "print a rule's page instead; \"all\": every rule");
  return {app, [options] { return run(*options); }};
}

}  // namespace strata
