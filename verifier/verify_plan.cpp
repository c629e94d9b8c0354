#include "verifier/verify_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "decomposer/emit/adapter.h"
#include "decomposer/emit/component_file.h"
#include "decomposer/graph/index.h"
#include "decomposer/load/load.h"
#include "decomposer/normalise/normalise.h"
#include "decomposer/registry/registry.h"
#include "decomposer/tree/read.h"
#include "decomposer/tree/well_formed.h"
#include "kernels_l0/error.h"
#include "verifier/prepare.h"
#include "verifier/user_kernels.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

std::string file_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The adapter is not the user's to edit: it must be the one that the tree asks for.
void require_own_adapter(const Tree& tree, const fs::path& folder) {
  std::vector<AdapterEntry> entries;
  for (const Component& component : tree.components)
    entries.push_back({file_of(component), component.name});
  if (file_text(folder / "adapter.cpp") == adapter_text(entries)) return;
  throw Error("verify.adapter",
              fmt::format("{}: must be as it was generated; got another text; decompose again",
                          (folder / "adapter.cpp").string()));
}

void load(const VerifyOptions& options, Judged& judged) {
  const TreeMetadata source = read_registered_tree(options.folder).metadata;
  const fs::path archive = options.model.empty() ? source.archive : options.model;
  if (!fs::exists(archive)) {
    throw Error("verify.archive",
                fmt::format("{}: the archive that {} was made from; got no such file; name it with "
                            "--model",
                            archive.string(), options.folder.string()));
  }
  judged.loaded = load_archive(archive);
  require_weights(judged.loaded);
  if (judged.loaded.archive_digest != source.archive_digest) {
    throw Error("verify.other_archive",
                fmt::format("{}: must be the archive that {} was made from; got digest {}, "
                            "expected {}; decompose it again",
                            archive.string(), options.folder.string(),
                            judged.loaded.archive_digest.substr(0, 16),
                            source.archive_digest.substr(0, 16)));
  }
  judged.normalised = normalise(judged.loaded);
  judged.tree = read_tree(options.folder, judged.normalised).tree;
  require_well_formed(judged.tree, judged.normalised);
  judged.user_kernels = user_kernels_named(judged.tree, options.user_kernels);
  require_own_adapter(judged.tree, options.folder);
  const fs::path record = record_path(archive);
  if (fs::exists(record)) judged.record = record;
}

// The kernel of this name, alone.
std::optional<PlannedStep> plan_kernel(const VerifyOptions& options, const Judged& judged) {
  const Tree& tree = judged.tree;
  const auto found = std::ranges::find(tree.components, options.step, &Component::name);
  if (found == tree.components.end() || found->level > 0) return std::nullopt;
  PlannedStep kernel;
  kernel.component = static_cast<ComponentId>(found - tree.components.begin());
  kernel.instance = instances_of(tree, kernel.component).front();
  kernel.folder = options.folder / "verification" / options.step;
  kernel.lines = weight_lines(judged.normalised, tree, kernel.instance);
  return kernel;
}

std::vector<PlannedStep> plan_steps(const VerifyOptions& options, const Judged& judged) {
  if (auto kernel = plan_kernel(options, judged)) return {std::move(*kernel)};
  const Tree& tree = judged.tree;
  std::vector<PlannedStep> steps;
  std::size_t number = 0;
  for (ComponentId id : steps_of(tree)) {
    const std::string& component = tree.components[at(id)].name;
    PlannedStep step;
    step.component = id;
    step.instance = instances_of(tree, id).front();
    step.folder = options.folder / "steps" / fmt::format("step_{:02}_{}", ++number, component);
    step.weight_map = step.folder / "weight_map.json";
    if (!options.step.empty() && options.step != component &&
        options.step != step.folder.filename())
      continue;
    steps.push_back(std::move(step));
  }
  if (steps.empty()) {
    throw Error("verify.step",
                options.step.empty()
                    ? fmt::format("{}: must have a component with children; got none",
                                  options.folder.string())
                    : fmt::format("{}: must name a step or a kernel; got none of that name; "
                                  "`ls {}` lists the steps",
                                  options.step, (options.folder / "steps").string()));
  }
  return steps;
}

// The L0 instance below `instance` that holds a dotted member path.
InstanceId kernel_of(const Tree& tree, InstanceId instance, const std::string& place) {
  const std::string prefix = tree.instances[at(instance)].path;
  const std::string path = prefix.empty() ? place : prefix + "." + place;
  const std::string kernel = path.substr(0, path.find_last_of('.'));
  for (std::size_t i = 0; i < tree.instances.size(); ++i) {
    const bool leaf = tree.components[at(tree.instances[i].component)].level == 0;
    if (leaf && tree.instances[i].path == kernel) return static_cast<InstanceId>(i);
  }
  return instance;
}

// Lines of the map that differ from what the tree asks for, by place.
void add_wrong_weights(const Tree& tree, InstanceId id, const fs::path& file,
                       const std::vector<WeightLine>& lines,
                       const std::vector<WeightLine>& expected, std::vector<WrongWeight>& wrong) {
  std::map<std::string, std::pair<WeightLine, WeightLine>> by_place;
  for (const WeightLine& line : lines) by_place[line.place].first = line;
  for (const WeightLine& line : expected) by_place[line.place].second = line;
  for (const auto& [place, pair] : by_place) {
    if (pair.first == pair.second) continue;
    wrong.push_back({kernel_of(tree, id, place), file, pair.first, pair.second});
  }
}

// Reads the step's weight map for its representative; all instances' must be what the tree says.
void read_map(PlannedStep& step, const Judged& judged, std::vector<WrongWeight>& wrong) {
  if (step.weight_map.empty()) return;
  const fs::path& file = step.weight_map;
  for (InstanceId id : instances_of(judged.tree, step.component)) {
    const Instance& instance = judged.tree.instances[at(id)];
    std::vector<WeightLine> lines = read_weight_lines(file, instance);
    if (id == step.instance) step.lines = lines;
    std::ranges::sort(lines, {}, &WeightLine::place);
    const std::vector<WeightLine> expected = weight_lines(judged.normalised, judged.tree, id);
    if (lines == expected) continue;
    step.judgement.fail(
        fmt::format("weight map: the weights of {} are not those that the original has there",
                    instance.path.empty() ? "the root" : instance.path));
    add_wrong_weights(judged.tree, id, file, lines, expected, wrong);
  }
}

}  // namespace

Plan plan_verification(const VerifyOptions& options) {
  Plan plan;
  plan.judged = std::make_shared<Judged>();
  plan.judged->limits.time = options.time_limit;
  plan.judged->isolation = options.isolation;
  plan.judged->arbiter = options.arbiter;
  plan.judged->gradients = options.gradients;
  unprotected(options.isolation);  // throws before anything is done
  plan.judged->seeds = draw_seeds(options.seeds - 1);
  load(options, *plan.judged);
  plan.steps = plan_steps(options, *plan.judged);
  for (PlannedStep& step : plan.steps) read_map(step, *plan.judged, plan.wrong_weights);
  return plan;
}

}  // namespace strata
