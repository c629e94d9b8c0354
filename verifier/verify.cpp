#include "verifier/verify.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <random>
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
  StepCoverage coverage;
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

std::vector<std::uint64_t> draw_seeds(int trials) {
  std::random_device device;
  std::vector<std::uint64_t> seeds;
  for (int i = 1; i < trials; ++i) seeds.push_back((std::uint64_t{device()} << 16) ^ device());
  return seeds;
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

}  // namespace

Verification verify_folder(const VerifyOptions& options) {
  const auto started = Clock::now();
  auto judged = std::make_shared<Judged>();
  judged->limits.time = options.time_limit;
  judged->seeds = draw_seeds(options.seeds);
  load(options, *judged);
  std::vector<Step> steps = plan_steps(options, *judged);
  std::vector<std::vector<WeightLine>> maps;
  std::vector<InstanceId> representatives;
  for (Step& step : steps) {
    maps.push_back(weight_map_of(step, *judged));
    representatives.push_back(step.instance);
  }
  const int parallel =
      options.jobs > 0 ? options.jobs : static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));

  // First what every step needs: the compiled tree, a sound archive, the original's values.
  const TemporaryFolder scratch;
  const Descriptor captured = anonymous_file("captured");
  judged->captured_file = captured.number();
  const Prepared prepared =
      prepare({judged, tree_request(judged->tree, options.folder), scratch.path(), options.scan,
               values_to_capture(judged->tree, representatives), parallel, options.progress});
  judged->library = prepared.library;
  judged->captured = prepared.captured;

  Verification verification;
  verification.build_seconds = prepared.build_seconds;
  verification.build_cached = prepared.scan.cached;
  add_findings(prepared.scan, "", verification.judgement);

  // Then the steps and the whole.
  const bool everything = options.step.empty();
  std::vector<std::vector<Outcome>> outcomes(steps.size() + 1);
  if (!judged->library.empty()) {
    std::vector<Job> jobs;
    if (everything) jobs.push_back(composition_job(judged, maps.front()));
    for (std::size_t i = 0; i < steps.size(); ++i) {
      jobs.push_back(step_job(judged, steps[i].instance, maps[i], steps[i].folder.filename()));
    }
    std::size_t done = 0;
    RunOptions run{parallel, [&](std::size_t job, const std::vector<Outcome>&) {
                     if (options.progress) options.progress(++done, jobs.size(), jobs[job].name);
                   }};
    outcomes = run_jobs(jobs, run);
    if (!everything) outcomes.insert(outcomes.begin(), std::vector<Outcome>{});
  }

  for (std::size_t i = 0; i < steps.size(); ++i) {
    Step& step = steps[i];
    const Component& component = judged->tree.components[at(step.component)];
    step.coverage = account_step(judged->normalised, judged->tree, step.instance);
    for (const std::string& problem : step.coverage.problems)
      step.judgement.fail("coverage: " + problem);
    if (judged->library.empty()) {
      add_findings(prepared.scan, component.name + ".h", step.judgement);
      if (step.judgement.verdict == Verdict::kPass)
        step.judgement.could_not_judge("not run: the scan found something elsewhere");
    }
    StepSummary summary;
    summary.name = step.folder.filename();
    summary.component = component.name;
    summary.level = component.level;
    summary.instances = static_cast<int>(instances_of(judged->tree, step.component).size());
    summary.judgement = step.judgement;
    const json report =
        step_report(*judged, step.instance, maps[i], outcomes[i + 1], prepared.scan, summary);
    write_document(step.folder / "verification_result.json", report);
    write_document(step.folder / "coverage_report.json", to_json(step.coverage));
    verification.judgement.join(named(summary.judgement, summary.name));
    verification.steps.push_back(std::move(summary));
  }

  if (everything) {
    const fs::path reports = options.folder / "verification";
    StepSummary whole;
    whole.name = "composition";
    whole.component = judged->tree.components.back().name;
    whole.level = 3;
    whole.instances = 1;
    if (judged->library.empty())
      whole.judgement.could_not_judge("not run: the scan found something");
    write_document(reports / "composition_test.json",
                   composition_report(*judged, outcomes[0], whole));
    verification.judgement.join(named(whole.judgement, whole.name));
    verification.composition = std::move(whole);

    const Coverage coverage = account(judged->loaded, judged->normalised, judged->tree);
    write_document(reports / "coverage_summary.json", to_json(coverage, judged->tree));
    for (const std::string& problem : coverage.problems)
      verification.judgement.fail("coverage: " + problem);
    verification.nodes = coverage.ledger.size();
    verification.nodes_covered = static_cast<std::size_t>(std::ranges::count_if(
        coverage.ledger, [](const LedgerEntry& entry) { return entry.owners.size() == 1; }));

    const ShapeFlow flow =
        shape_flow(judged->normalised, judged->tree, shapes_that_ran(judged->captured));
    write_document(reports / "shape_flow.json", to_json(flow, judged->tree));
    for (const std::string& problem : flow.problems)
      verification.judgement.fail("shapes: " + problem);
    for (const InstanceShapes& shapes : flow.instances) {
      verification.ports += static_cast<int>(shapes.inputs.size() + shapes.outputs.size());
    }
    verification.ports_seen = flow.seen;
    if (!coverage.sound() || !flow.sound())
      verification.judgement.fail("the accounts are not sound");
    verification.seconds = seconds_since(started);
    write_document(reports / "step_verification_summary.json", to_json(verification));
  }
  verification.seconds = seconds_since(started);
  return verification;
}

}  // namespace strata
