#include "verifier/verdict_key.h"

#include <fmt/format.h>

#include <fstream>
#include <set>

#include "anticheat/client.h"
#include "decomposer/emit/component_file.h"
#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"
#include "kernels_l0/sha256.h"
#include "verifier/conditions.h"
#include "verifier/user_kernels.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string file_digest(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    throw Error("verify.read",
                fmt::format("{}: must be readable; got nothing; decompose again", file.string()));
  }
  Sha256 digest;
  std::vector<char> block(1 << 20);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    digest.add({block.data(), static_cast<std::size_t>(in.gcount())});
  return digest.hexadecimal();
}

void add_below(const Tree& tree, ComponentId id, std::set<ComponentId>& components) {
  if (!components.insert(id).second) return;
  for (const Child& child : tree.components[at(id)].children)
    add_below(tree, child.component, components);
}

// Digests of the component's file and of those of all its descendants.
json files_below(const fs::path& folder, const Tree& tree, ComponentId id) {
  std::set<ComponentId> components;
  add_below(tree, id, components);
  json files = json::object();
  for (ComponentId component : components) {
    const std::string file = file_of(tree.components[at(component)]);
    files[file] = file_digest(folder / file);
  }
  return files;
}

// What raw code is made of.
json raw_digests(const fs::path& folder, const Judged& judged) {
  json digests = json::object();
  for (const fs::path& file : raw_files(folder, judged.tree, judged.user_kernels))
    digests[file.string()] = file_digest(file);
  return digests;
}

}  // namespace

std::vector<json> verdict_keys(const VerifyOptions& options, const Plan& plan) {
  const Judged& judged = *plan.judged;
  const json shared = {{"program", file_digest("/proc/self/exe")},
                       {"scanner", file_digest(scanner_program(options.scan))},
                       {"machine", to_json(current_conditions())},
                       {"conditions", to_json(conditions_of(judged))},
                       {"archive", judged.loaded.archive_digest},
                       {"record", judged.record.empty() ? "" : file_digest(judged.record)},
                       {"tree", file_digest(options.folder / "decomposition_tree.json")},
                       {"user_kernels", raw_digests(options.folder, judged)},
                       {"trials", options.seeds},
                       {"arbiter", options.arbiter},
                       {"gradients", options.gradients},
                       {"isolation", to_json(options.isolation)},
                       {"memory_limit", options.isolation.memory_bytes}};
  const auto key = [&](const char* what, const PlannedStep& step) {
    json one = shared;
    one["what"] = what;
    one["step"] = step.folder.filename().string();
    one["files"] = files_below(options.folder, judged.tree, step.component);
    if (!step.weight_map.empty()) one["weight_map"] = file_digest(step.weight_map);
    return one;
  };
  std::vector<json> keys{key("composition", plan.steps.front())};
  for (const PlannedStep& step : plan.steps) keys.push_back(key("step", step));
  return keys;
}

}  // namespace strata
