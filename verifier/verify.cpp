#include "verifier/verify.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "decomposer/emit/adapter.h"
#include "decomposer/emit/component_file.h"
#include "decomposer/load/load.h"
#include "decomposer/normalise/normalise.h"
#include "decomposer/tree/read.h"
#include "decomposer/tree/well_formed.h"
#include "kernels_l0/error.h"
#include "verifier/build_subject.h"
#include "verifier/coverage.h"
#include "verifier/descriptor.h"
#include "verifier/prepare.h"
#include "verifier/runner.h"
#include "verifier/shape_flow.h"
#include "verifier/step.h"
#include "verifier/step_report.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using nlohmann::json;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

double seconds_since(Clock::time_point started) {
  return std::chrono::duration<double>(Clock::now() - started).count();
}

// One step to judge.
struct Step {
  ComponentId component = kNone;
  InstanceId instance = kNone;  // the representative: the first
  fs::path folder;
  Judgement judgement;  // of what needs no run
};

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
  const TreeMetadata source = read_tree(options.folder).metadata;
  const fs::path archive = options.model.empty() ? source.archive : options.model;
  if (!fs::exists(archive)) {
    throw Error("verify.archive",
                fmt::format("{}: the archive that {} was made from; got no such file; name it with "
                            "--model",
                            archive.string(), options.folder.string()));
  }
  judged.loaded = load_archive(archive);
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
  require_own_adapter(judged.tree, options.folder);
  const fs::path record = record_path(archive);
  if (fs::exists(record)) judged.record = record;
}

std::vector<Step> plan_steps(const VerifyOptions& options, const Judged& judged) {
  std::vector<Step> steps;
  std::size_t number = 0;
  for (ComponentId id : steps_of(judged.tree)) {
    const std::string& component = judged.tree.components[at(id)].name;
    Step step;
    step.component = id;
    step.instance = instances_of(judged.tree, id).front();
    step.folder = options.folder / "steps" / fmt::format("step_{:02}_{}", ++number, component);
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
                    : fmt::format("{}: must name a step; got none of that name; `ls {}` lists them",
                                  options.step, (options.folder / "steps").string()));
  }
  return steps;
}

// The step's own weight map for its representative. The other instances' must be what the tree
// says.
std::vector<WeightLine> weight_map_of(Step& step, const Judged& judged) {
  const fs::path file = step.folder / "weight_map.json";
  for (InstanceId id : instances_of(judged.tree, step.component)) {
    const Instance& instance = judged.tree.instances[at(id)];
    std::vector<WeightLine> lines = read_weight_lines(file, instance);
    std::ranges::sort(lines, {}, &WeightLine::place);
    if (lines != weight_lines(judged.normalised, judged.tree, id)) {
      step.judgement.fail(
          fmt::format("weight map: the weights of {} are not those that the original has there",
                      instance.path.empty() ? "the root" : instance.path));
    }
  }
  return read_weight_lines(file, judged.tree.instances[at(step.instance)]);
}

std::map<ValueId, Shape> shapes_that_ran(const json& captured) {
  std::map<ValueId, Shape> shapes;
  for (const json& shape : captured.at("shapes")) {
    shapes[shape.at(0).get<ValueId>()] = {shape.at(1).get<std::vector<std::int64_t>>(),
                                          static_cast<ScalarType>(shape.at(2).get<int>())};
  }
  return shapes;
}

// Findings in a file, or everywhere when `file` is empty.
void add_findings(const ScanReply& reply, const std::string& file, Judgement& judgement) {
  for (const Finding& finding : reply.findings) {
    if (file.empty() || fs::path(finding.place.file).filename() == file)
      judgement.fail("anti-cheat: " + finding_text(finding));
  }
}

// Everything that runs after the tree is compiled: by index, the composition's outcomes and then
// each step's.
std::vector<std::vector<Outcome>> run_everything(const VerifyOptions& options,
                                                 const std::shared_ptr<Judged>& judged,
                                                 const std::vector<Step>& steps,
                                                 const std::vector<std::vector<WeightLine>>& maps,
                                                 int parallel) {
  std::vector<std::vector<Outcome>> outcomes(steps.size() + 1);
  if (judged->library.empty()) return outcomes;
  std::vector<Job> jobs;
  jobs.push_back(options.step.empty() ? composition_job(judged, maps.front())
                                      : Job{"composition", {}});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    jobs.push_back(step_job(judged, steps[i].instance, maps[i], steps[i].folder.filename()));
  }
  std::size_t done = 0;
  const auto show = [&](std::size_t job, const std::vector<Outcome>&) {
    if (options.progress) options.progress(++done, jobs.size(), jobs[job].name);
  };
  return run_jobs(jobs, {parallel, show});
}

// Judges one step's outcomes and writes its reports. A step that did not run because of a finding
// elsewhere is an error of its own, but not of the whole, which fails by the finding.
void finish_step(const Judged& judged, const Step& step, const std::vector<WeightLine>& map,
                 const std::vector<Outcome>& outcomes, const ScanReply& scan,
                 Verification& verification) {
  const Component& component = judged.tree.components[at(step.component)];
  StepSummary summary;
  summary.name = step.folder.filename();
  summary.component = component.name;
  summary.level = component.level;
  summary.instances = static_cast<int>(instances_of(judged.tree, step.component).size());
  summary.judgement = step.judgement;

  const StepCoverage coverage = account_step(judged.normalised, judged.tree, step.instance);
  for (const std::string& problem : coverage.problems)
    summary.judgement.fail("coverage: " + problem);
  if (!coverage.sound()) summary.judgement.fail("coverage: the step's account is not sound");
  const bool ran = !judged.library.empty();
  if (!ran) {
    add_findings(scan, component.name + ".h", summary.judgement);
    if (summary.judgement.verdict == Verdict::kPass) {
      summary.judgement.could_not_judge("not run: the scan found something in another file");
    }
  }
  const json report = step_report(judged, step.instance, map, outcomes, scan, summary);
  json accounts = to_json(coverage);
  if (report.contains("proof")) {
    // The second witness: what the dispatcher saw on both sides.
    accounts["ran"] = {{"original", report["proof"]["original_operations"]},
                       {"refactored", report["proof"]["refactored_operations"]}};
  }
  write_document(step.folder / "verification_result.json", report);
  write_document(step.folder / "coverage_report.json", accounts);
  if (ran) verification.judgement.join(named(summary.judgement, summary.name));
  verification.steps.push_back(std::move(summary));
}

void finish_composition(const Judged& judged, const std::vector<Outcome>& outcomes,
                        const fs::path& reports, Verification& verification) {
  StepSummary whole;
  whole.name = "composition";
  whole.component = judged.tree.components.back().name;
  whole.level = judged.tree.components.back().level;
  whole.instances = 1;
  const bool ran = !judged.library.empty();
  if (!ran) whole.judgement.could_not_judge("not run: the scan found something");
  write_document(reports / "composition_test.json", composition_report(judged, outcomes, whole));
  if (ran) verification.judgement.join(named(whole.judgement, whole.name));
  verification.composition = std::move(whole);
}

void finish_accounts(const Judged& judged, const fs::path& reports, Verification& verification) {
  const Coverage coverage = account(judged.loaded, judged.normalised, judged.tree);
  write_document(reports / "coverage_summary.json", to_json(coverage, judged.tree));
  for (const std::string& problem : coverage.problems)
    verification.judgement.fail("coverage: " + problem);
  if (!coverage.sound()) verification.judgement.fail("coverage: the account is not sound");
  verification.nodes = coverage.ledger.size();
  verification.nodes_covered = static_cast<std::size_t>(std::ranges::count_if(
      coverage.ledger, [](const LedgerEntry& entry) { return entry.owners.size() == 1; }));

  const ShapeFlow flow =
      shape_flow(judged.normalised, judged.tree, shapes_that_ran(judged.captured));
  write_document(reports / "shape_flow.json", to_json(flow, judged.tree));
  for (const std::string& problem : flow.problems)
    verification.judgement.fail("shapes: " + problem);
  if (!flow.sound()) verification.judgement.fail("shapes: the flow is not sound");
  for (const InstanceShapes& shapes : flow.instances) {
    verification.ports += static_cast<int>(shapes.inputs.size() + shapes.outputs.size());
  }
  verification.ports_seen = flow.seen;
}

bool below(const Tree& tree, ComponentId parent, ComponentId wanted) {
  return std::ranges::any_of(tree.components[at(parent)].children, [&](const Child& child) {
    return child.component == wanted || below(tree, child.component, wanted);
  });
}

// After steps have failed: judges every kernel below them alone, and names the failing components
// none of whose children fails.
void localise(const std::shared_ptr<Judged>& judged, const std::vector<Step>& steps, int parallel,
              Verification& verification) {
  std::map<ComponentId, std::vector<std::string>> failing;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Judgement& judgement = verification.steps[i].judgement;
    if (judgement.verdict == Verdict::kFail) failing[steps[i].component] = judgement.reasons;
  }
  if (failing.empty() || judged->library.empty()) return;

  std::vector<ComponentId> kernels;
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < judged->tree.components.size(); ++i) {
    const auto id = static_cast<ComponentId>(i);
    const bool suspect = std::ranges::any_of(
        failing, [&](const auto& step) { return below(judged->tree, step.first, id); });
    if (judged->tree.components[i].level != 0 || !suspect) continue;
    const InstanceId instance = instances_of(judged->tree, id).front();
    kernels.push_back(id);
    jobs.push_back(step_job(judged, instance,
                            weight_lines(judged->normalised, judged->tree, instance),
                            judged->tree.components[i].name));
  }
  const auto outcomes = run_jobs(jobs, {parallel, {}});
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    StepSummary summary;
    compared_report(outcomes[i], {}, summary);
    if (summary.judgement.verdict == Verdict::kFail)
      failing[kernels[i]] = summary.judgement.reasons;
  }
  for (const auto& [id, why] : failing) {
    const bool inherited = std::ranges::any_of(
        failing, [&](const auto& other) { return below(judged->tree, id, other.first); });
    if (inherited) continue;
    const Component& component = judged->tree.components[at(id)];
    const Instance& instance = judged->tree.instances[at(instances_of(judged->tree, id).front())];
    verification.culprits.push_back(
        {component.name, file_of(component), instance.path, instance.original_path, why});
  }
}

}  // namespace

Verification verify_folder(const VerifyOptions& options) {
  const auto started = Clock::now();
  auto judged = std::make_shared<Judged>();
  judged->limits.time = options.time_limit;
  judged->seeds = draw_seeds(options.seeds - 1);
  load(options, *judged);
  std::vector<Step> steps = plan_steps(options, *judged);
  std::vector<std::vector<WeightLine>> maps;
  std::vector<InstanceId> representatives;
  for (Step& step : steps) {
    maps.push_back(weight_map_of(step, *judged));
    representatives.push_back(step.instance);
  }
  for (std::size_t i = 0; i < judged->tree.components.size(); ++i) {
    if (judged->tree.components[i].level > 0) continue;
    representatives.push_back(instances_of(judged->tree, static_cast<ComponentId>(i)).front());
  }
  const int parallel =
      options.jobs > 0 ? options.jobs : static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));

  const TemporaryFolder scratch;
  const Descriptor captured = anonymous_file("captured");
  judged->captured_file = captured.number();
  const Prepared prepared =
      prepare({judged, tree_request(judged->tree, options.folder), scratch.path(), options.scan,
               values_to_capture(judged->tree, representatives), parallel, options.progress});
  judged->library = prepared.library;
  judged->captured = prepared.captured;
  const auto outcomes = run_everything(options, judged, steps, maps, parallel);

  Verification verification;
  verification.build_seconds = prepared.build_seconds;
  verification.build_cached = prepared.scan.cached;
  add_findings(prepared.scan, "", verification.judgement);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    finish_step(*judged, steps[i], maps[i], outcomes[i + 1], prepared.scan, verification);
  }
  localise(judged, steps, parallel, verification);
  if (options.step.empty()) {
    const fs::path reports = options.folder / "verification";
    finish_composition(*judged, outcomes[0], reports, verification);
    finish_accounts(*judged, reports, verification);
    verification.seconds = seconds_since(started);
    write_document(reports / "step_verification_summary.json", to_json(verification));
  }
  verification.seconds = seconds_since(started);
  return verification;
}

}  // namespace strata
