#include "verifier/verify_step.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "kernels_l0/error.h"
#include "verifier/arithmetic_bound.h"
#include "verifier/build_ahead.h"
#include "verifier/build_component.h"
#include "verifier/counterexample.h"
#include "verifier/custom_original.h"
#include "verifier/device.h"
#include "verifier/original_component.h"
#include "verifier/original_name.h"
#include "verifier/safetensors.h"
#include "verifier/step.h"
#include "verifier/step_original.h"
#include "verifier/step_report.h"
#include "verifier/step_sides.h"
#include "verifier/temporary_folder.h"
#include "verifier/witness.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr std::size_t kLeastSeeds = 2;  // beside the first trial's

std::vector<std::uint64_t> seeds_of(const VerifyStepOptions& options) {
  if (options.seed_list.empty()) return draw_seeds(options.seeds - 1);
  const std::set<std::uint64_t> different(options.seed_list.begin(), options.seed_list.end());
  if (different.size() < options.seed_list.size()) {
    throw Error("verify_step.seeds",
                "--seed-list: the seeds must differ from each other; got one of them twice");
  }
  if (options.seed_list.size() >= kLeastSeeds) return options.seed_list;
  throw Error("verify_step.seeds",
              fmt::format("--seed-list: at least {} seeds beside the first trial's; got {}",
                          kLeastSeeds, options.seed_list.size()));
}

std::vector<Probe> probes_named(const std::vector<std::string>& names) {
  std::vector<Probe> probes;
  for (Probe probe : kProbes)
    if (std::ranges::find(names, probe_name(probe)) != names.end()) probes.push_back(probe);
  return probes;
}

std::vector<std::string> canonical_names(const std::vector<fs::path>& files) {
  std::vector<std::string> names;
  for (const fs::path& file : files) names.push_back(fs::weakly_canonical(file).string());
  return names;
}

// What the refactored component is judged as, beside an original that is no component file.
JudgedAs judged_beside(const ComponentSource& source, const std::vector<fs::path>& user_kernels,
                       const StepOriginal& original) {
  JudgedAs as = judged_as(source, user_kernels);
  as.arithmetic = original.arithmetic;
  as.ledger = original.ledger;
  // One that takes a kernel's place is a kernel, wherever it lies, until it has children.
  const bool replaces = original.is_kernel && source.files.includes.at(source.files.file).empty();
  if (replaces && as.profile != Profile::kUserKernel) as.profile = Profile::kCatalogueL0;
  return as;
}

// Where the step is proved, probes run only when they are asked for.
bool probes_apart(const VerifyStepOptions& options) {
  return options.always_probe || (options.selection && !options.selection->probes.empty());
}

// Both sides of the step, for every process.
StepSides sides_of(const StepSetting& setting, const std::shared_ptr<StepOriginal>& original,
                   const BuiltComponent& built, const std::vector<WeightLine>& lines) {
  const VerifyStepOptions& options = setting.options;
  const auto selection = options.selection;
  const std::size_t count = selection && selection->trial ? 1 : original->trial_names.size();
  // With a selected trial, that one stands for all.
  const auto trials = [=] {
    const auto make = original->trials();
    std::map<std::string, at::Tensor> stored;  // read now: a confined process can't
    if (selection && !selection->inputs.empty()) stored = read_safetensors(selection->inputs);
    return [=](std::size_t index) {
      TrialData data = make(selection ? selection->trial.value_or(index) : index);
      if (stored.empty()) return data;
      for (std::size_t i = 0; i < data.inputs.size(); ++i)
        data.inputs[i] = stored.at(fmt::format("input {}", i)).clone();
      return data;
    };
  };
  StepSides sides;
  sides.name = "step";
  sides.limits = setting.limits;
  sides.descriptors = {original->file->number()};
  sides.probes_apart = probes_apart(options);
  sides.side_by_side = true;
  sides.gradients = options.gradients;
  const fs::path library = built.subject.library;
  const std::string component = built.source.name_space;
  const Isolation isolation = options.isolation;
  const Limits limits = setting.limits;
  sides.refactored = [=] {
    SubjectRun run;
    run.library = library;
    run.component = component;
    run.graph = &original->graph;
    run.lines = lines;
    run.needed = original->weights;
    run.conditions = original->conditions;
    run.trials = count;
    run.trial = trials();
    run.isolation = isolation;
    run.archive = original->graph.archive;
    run.limits = limits;
    return run;
  };
  const std::vector<std::string> raw_code = canonical_names(options.user_kernels);
  const ToleranceOverride tolerance{options.rtol, options.atol};
  const bool arbiter = options.arbiter;
  sides.original = [=] {
    JudgeRun run;
    run.graph = &original->graph;
    run.weights = original->weights;
    run.original = original->side;
    run.output_names = original->output_names;
    run.conditions = original->conditions;
    run.trials = count;
    run.trial = trials();
    run.trial_names = original->trial_names;
    if (selection && selection->trial)
      run.trial_names = {original->trial_names.at(*selection->trial)};
    run.tolerance = tolerance;
    run.arbiter = arbiter;
    run.raw_code = raw_code;
    return run;
  };
  sides.further = [=](const MakeTrial&) {
    FurtherChecks checks;
    checks.samples = original->samples;
    if (selection) checks.probes = probes_named(selection->probes);
    return checks;
  };
  return sides;
}

// The members of the refactored component. One that ends badly while it is loaded is a fail.
std::vector<Outcome> describe_refactored(const StepSetting& setting, const StepOriginal& original,
                                         const BuiltComponent& built) {
  const auto describe = [&](const std::vector<Outcome>&, const HandOver& hand_over) {
    SubjectRun run;
    run.library = built.subject.library;
    run.component = built.source.name_space;
    run.conditions = original.conditions;
    run.isolation = setting.options.isolation;
    run.limits = setting.limits;
    run.hand_over = hand_over;
    return describe_subject(run);
  };
  return run_jobs({{"members", {{"refactored", {}, setting.limits, {}, describe}}}}, {}).at(0);
}

// The automatic weight map from what describe_refactored gave; nullopt where that is no
// description, which the outcomes then say.
std::optional<std::vector<WeightLine>> automatic_lines(const StepOriginal& original,
                                                       std::vector<Outcome>& described) {
  Outcome& members = described.back();
  if (members.ending != Ending::kFinished) return std::nullopt;
  std::vector<MemberTensor> list;
  try {
    list = members_from_json(members.result);
  } catch (const json::exception&) {
    members.ending = Ending::kGarbled;
    members.reason = "sent back no description of its members";
    return std::nullopt;
  }
  return automatic_weight_map(original.graph, original.weights, original.prefix, list,
                              original.lines);
}

// What the scan of single files can't see: that parents compute more than the original, and that
// one child holds everything.
void judge_structure(const BuiltComponent& built, const json& report, StepSummary& summary) {
  const std::vector<ClassFacts>& classes = built.subject.reply.classes;
  const std::string root = built.source.files.file.string();
  const OperatorCounts ran =
      report.contains("proof") ? report.at("proof").at("original_operations").get<OperatorCounts>()
                               : OperatorCounts{};
  const std::string sole = sole_flat_child(classes, root, ran);
  if (!sole.empty()) {
    summary.judgement.fail(fmt::format(
        "anti-cheat: {} holds all of the original's operations: nothing is decomposed", sole));
  }
  if (!report.contains("proof")) return;
  const std::string raw = sole_raw_child(classes, root, ran);
  if (!raw.empty()) {
    summary.judgement.fail(fmt::format(
        "anti-cheat: {} is the only child, raw code: nothing is decomposed; judge its file instead",
        raw));
  }
  for (const std::string& problem : arithmetic_excess(classes, root, ran))
    summary.judgement.fail("anti-cheat: " + problem);
}

double seconds_since(Clock::time_point started) {
  return std::chrono::duration<double>(Clock::now() - started).count();
}

void require_same_archive(const VerifyStepOptions& options, const StepOriginal& original) {
  if (options.archive_digest.empty() || options.archive_digest == original.graph.archive_digest)
    return;
  throw Error(
      "counterexample.other_archive",
      fmt::format("{}: must be the archive that the counterexample was made with; got digest "
                  "{}, expected {}; run verify_step again",
                  options.original, original.graph.archive_digest.substr(0, 16),
                  options.archive_digest.substr(0, 16)));
}

using ReadOriginal = std::function<std::shared_ptr<StepOriginal>(const StepSetting&)>;

StepVerification verify(const VerifyStepOptions& options, const std::string& original_name,
                        const std::optional<fs::path>& original_file,
                        const ReadOriginal& read_original) {
  const Clock::time_point started = Clock::now();
  // What a word of the command line can get wrong is said before anything takes time.
  require_device(options.device);
  unprotected(options.isolation);
  const ComponentSource source = read_component(options.refactored);
  require_among(source.files.files, options.user_kernels);
  std::vector<WeightLine> lines = options.weight_lines;
  // A map that maps nothing is one all the same.
  const bool makes_map = lines.empty() && options.weight_map.empty();
  if (lines.empty() && !makes_map) lines = read_weight_map(options.weight_map);
  const TemporaryFolder scratch;
  StepSetting setting{options, scratch.path(), seeds_of(options), {}, {}};
  setting.limits.time = options.time_limit;

  // No thread may run where processes are forked: what is compiled beside is so in a process.
  JudgedAs as = judged_as(source, options.user_kernels);
  setting.known = [&](const StepOriginal& original) {
    as = judged_beside(source, options.user_kernels, original);
    build_ahead(source, as, options.scan);
  };
  std::shared_ptr<StepOriginal> original;
  if (original_file) {
    build_ahead(source, as, options.scan);
    original = original_from_component(
        setting, build_component(read_component(*original_file), setting.scratch / "original", {},
                                 options.scan));
  } else {
    original = read_original(setting);
  }
  const BuiltComponent built =
      build_component(source, setting.scratch / "refactored", as, options.scan);

  require_same_archive(options, *original);

  StepSummary summary;
  summary.name = options.refactored.string();
  summary.component = built.source.name_space;
  for (const Finding& finding : built.subject.reply.findings)
    summary.judgement.fail("anti-cheat: " + finding_text(finding));
  std::vector<Outcome> outcomes;
  std::vector<Outcome> probes;
  if (!built.subject.library.empty()) {
    bool loads = true;
    if (makes_map) {
      outcomes = describe_refactored(setting, *original, built);
      const auto automatic = automatic_lines(*original, outcomes);
      loads = automatic.has_value();
      if (loads) lines = *automatic;
    }
    if (loads) {
      const auto sides =
          std::make_shared<const StepSides>(sides_of(setting, original, built, lines));
      std::vector<Job> jobs{step_job(sides)};
      if (sides->probes_apart) jobs.push_back(probes_job(sides));
      auto all = run_jobs(jobs, {1, {}});
      outcomes = std::move(all.front());
      if (all.size() > 1) probes = std::move(all.back());
      explain_probes(sides, outcomes, probes);
    }
  }
  StepVerification verification;
  json& report = verification.report;
  const ParentFacts parent{scanned_parent(built.subject.reply, built.source.name_space), {}};
  report = compared_report(outcomes, lines, parent, summary);
  add_probes(outcomes, probes, report, summary);
  judge_structure(built, report, summary);
  report.update(
      {{"original", original_name},
       {"refactored", options.refactored.string()},
       {"anti_cheat",
        {{"clean", is_clean(built.subject.reply)},
         {"findings", findings_json(built.subject.reply)}}},
       {"profile", profile_name(as.profile)},
       {"open_children", open_children(built.subject.reply)},
       {"user_kernels", canonical_names(options.user_kernels)},
       {"verdict", verdict_name(summary.judgement.verdict)},
       {"reasons", summary.judgement.reasons},
       {"arbiter", options.arbiter ? json("fp64") : json()},
       {"device", options.device},
       {"seeds", setting.seeds},
       {"isolation", isolation_entry(outcomes, setting.seeds)},
       {"conditions", to_json(original->conditions)},
       {"counterexample", nullptr},
       {"build", {{"seconds", built.subject.seconds}, {"cached", built.subject.reply.cached}}}});
  if (summary.judgement.verdict == Verdict::kFail && !outcomes.empty() &&
      !options.counterexample.empty()) {
    try {
      save_counterexample(setting, *original, lines, report);
      report["counterexample"] = options.counterexample.string();
    } catch (const Error& error) {
      // The verdict stands all the same.
      summary.judgement.reasons.push_back(fmt::format("no counterexample: {}", error.what()));
      report["reasons"] = summary.judgement.reasons;
    }
  }
  report["seconds"] = seconds_since(started);
  verification.judgement = summary.judgement;
  return verification;
}

}  // namespace

StepVerification verify_step(const VerifyStepOptions& options) {
  if (const auto step = folder_step(options.original)) {
    return verify(options, options.original, std::nullopt, [&](const StepSetting& setting) {
      return original_from_step(setting, step->folder, step->step);
    });
  }
  const auto part = archive_part(options.original);
  if (!part) return verify(options, options.original, fs::path(options.original), {});
  return verify(options, options.original, std::nullopt, [&](const StepSetting& setting) {
    return original_from_archive(setting, part->archive, part->module);
  });
}

StepVerification verify_against(const CustomOriginal& custom, const VerifyStepOptions& options) {
  return verify(options, custom.name, std::nullopt, [&](const StepSetting& setting) {
    return original_from_functions(setting, custom);
  });
}

}  // namespace strata
