#include "verifier/verify_step.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>

#include "decomposer/load/load.h"
#include "decomposer/normalise/normalise.h"
#include "kernels_l0/error.h"
#include "verifier/build_subject.h"
#include "verifier/capture.h"
#include "verifier/component_source.h"
#include "verifier/judge_run.h"
#include "verifier/module_part.h"
#include "verifier/original_component.h"
#include "verifier/prepare.h"
#include "verifier/runner.h"
#include "verifier/step.h"
#include "verifier/step_report.h"
#include "verifier/subject.h"
#include "verifier/trials.h"
#include "verifier/witness.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// The original's side, whatever it was given as.
struct Original {
  Graph graph;                       // a program, or the parameters of a component
  std::vector<ParameterId> weights;  // that it reads
  std::string prefix;                // of their names
  std::vector<std::string> output_names;
  Conditions conditions;
  std::vector<std::string> trial_names;
  std::shared_ptr<Descriptor> file;  // its inputs
  json inputs;
  std::function<std::function<TrialData(std::size_t)>()> trials;  // called in each process
  std::function<OriginalSide(const TrialData&)> side;
};

struct Setting {
  const VerifyStepOptions& options;
  fs::path scratch;
  std::vector<std::uint64_t> seeds;  // of the trials after the first
  Limits limits;
};

// Runs work in a process of its own and returns its result.
json in_process(const Setting& setting, const std::string& name, std::vector<int> descriptors,
                const std::function<json()>& work) {
  const Job job{name,
                {{name, [&](const std::vector<Outcome>&) { return work(); }, setting.limits,
                  std::move(descriptors)}}};
  const Outcome outcome = run_jobs({job}, {}).at(0).at(0);
  if (outcome.ending == Ending::kFinished) return outcome.result;
  if (outcome.ending == Ending::kError) throw Error(outcome.error_id, outcome.reason);
  throw Error("verify_step.process",
              fmt::format("{}: must finish; got a process that {}", name, outcome.reason));
}

BuiltSubject build(const Setting& setting, const ComponentSource& component, bool refactored) {
  const fs::path folder = setting.scratch / (refactored ? "refactored" : "original");
  fs::create_directories(folder);
  const fs::path adapter = folder / "adapter.cpp";
  std::ofstream(adapter, std::ios::binary) << adapter_for(component);
  return build_subject(component_request(component, adapter, refactored), folder,
                       setting.options.scan);
}

Conditions plain_conditions() {
  Conditions conditions = current_conditions();
  conditions.threads = 1;
  conditions.grad_mode = false;
  return conditions;
}

std::shared_ptr<Original> original_from_archive(const Setting& setting, const fs::path& archive,
                                                const std::string& path) {
  auto original = std::make_shared<Original>();
  const Graph loaded = load_archive(archive);
  require_weights(loaded);
  original->graph = normalise(loaded);
  const auto part = std::make_shared<GraphPart>(module_part(original->graph, path));
  original->weights = parameters_of(original->graph, *part);
  original->prefix = path;
  for (std::size_t i = 0; i < part->outputs.size(); ++i)
    original->output_names.push_back(fmt::format("output {}", i));
  Judged judged;
  if (fs::exists(record_path(archive))) judged.record = record_path(archive);
  original->conditions = conditions_of(judged);
  original->trial_names = trial_names(setting.seeds);
  original->file = std::make_shared<Descriptor>(anonymous_file("captured"));
  Original* raw = original.get();
  original->inputs = in_process(setting, "run the original", {raw->file->number()}, [&] {
    return to_json(capture(raw->graph, part->inputs, raw->conditions, raw->file->number()));
  });
  const std::vector<std::uint64_t> seeds = setting.seeds;
  original->trials = [raw, part, seeds] {
    auto trials =
        std::make_shared<PartTrials>(raw->graph, *part, raw->inputs, raw->file->number(), seeds);
    return [trials](std::size_t index) { return trials->make(index); };
  };
  original->side = [raw, part](const TrialData& data) {
    return part_side(raw->graph, *part, data);
  };
  return original;
}

std::shared_ptr<Original> original_from_component(const Setting& setting, const fs::path& file) {
  const ComponentSource component = read_component(file);
  const BuiltSubject built = build(setting, component, false);
  if (built.library.empty()) {
    throw Error("verify_step.original",
                fmt::format("{}: the original must compile; got {}", file.string(),
                            finding_text(built.reply.findings.front())));
  }
  if (!component.has_inputs) {
    throw Error("verify_step.original", fmt::format("{}: the original must define get_inputs and "
                                                    "get_expected_output_shapes",
                                                    file.string()));
  }
  auto original = std::make_shared<Original>();
  const std::string name = component.name_space;
  original->graph = parameters_graph(members_from_json(in_process(
      setting, "load the original", {}, [&] { return describe_component(built.library, name); })));
  for (std::size_t i = 0; i < original->graph.parameters.size(); ++i) {
    original->weights.push_back(static_cast<ParameterId>(i));
  }
  original->conditions = plain_conditions();
  // All weights are drawn: a component file holds none.
  auto seeds = std::make_shared<std::vector<std::uint64_t>>(setting.seeds);
  seeds->insert(seeds->begin(), 0);
  for (std::uint64_t seed : *seeds) original->trial_names.push_back(fmt::format("seed {}", seed));
  original->file = std::make_shared<Descriptor>(anonymous_file("inputs"));
  Original* raw = original.get();
  original->inputs = in_process(setting, "make the inputs", {raw->file->number()}, [&] {
    return store_inputs(built.library, name, *seeds, raw->file->number());
  });
  original->trials = [raw, seeds] {
    auto trials =
        std::make_shared<ComponentTrials>(raw->graph, raw->inputs, raw->file->number(), *seeds);
    return [trials](std::size_t index) { return trials->make(index); };
  };
  const fs::path library = built.library;
  original->side = [raw, library, name](const TrialData& data) {
    const auto subject = std::make_shared<Subject>(library, name);
    std::map<std::string, at::Tensor> weights;
    for (std::size_t i = 0; i < data.weights.size(); ++i)
      weights[raw->graph.parameters[i].name] = data.weights[i];
    subject->set_weights(weights);
    OriginalSide side;
    side.forward = [subject](const std::vector<at::Tensor>& inputs) {
      return subject->forward(inputs);
    };
    const std::map<std::string, at::Tensor> tensors = subject->member_tensors();
    for (std::size_t i = 0; i < raw->graph.parameters.size(); ++i) {
      side.weights.push_back(traced_weight(raw->graph, static_cast<ParameterId>(i),
                                           tensors.at(raw->graph.parameters[i].name)));
    }
    return side;
  };
  return original;
}

std::shared_ptr<Original> read_original(const Setting& setting) {
  const std::string& text = setting.options.original;
  const std::size_t suffix = text.rfind(".pt2");
  if (suffix != std::string::npos && (suffix + 4 == text.size() || text[suffix + 4] == ':')) {
    return original_from_archive(setting, text.substr(0, suffix + 4),
                                 suffix + 4 == text.size() ? "" : text.substr(suffix + 5));
  }
  return original_from_component(setting, text);
}

Job step_job(const Setting& setting, const std::shared_ptr<Original>& original,
             const fs::path& library, const std::string& component,
             const std::vector<WeightLine>& lines) {
  const auto results = std::make_shared<Descriptor>(anonymous_file("results"));
  const std::size_t count = setting.seeds.size() + 1;
  const ToleranceOverride tolerance{setting.options.rtol, setting.options.atol};
  const auto refactored = [=](const std::vector<Outcome>&) {
    SubjectRun run;
    run.library = library;
    run.component = component;
    run.graph = &original->graph;
    run.lines = lines;
    run.needed = original->weights;
    run.conditions = original->conditions;
    run.trials = count;
    run.trial = original->trials();
    run.results = results->number();
    return run_subject(run);
  };
  const auto judge = [=](const std::vector<Outcome>& earlier) {
    const PrivateMapping mapping(results->number());
    const SubjectResults subject = read_subject(earlier.at(0).result, mapping);
    JudgeRun run;
    run.graph = &original->graph;
    run.weights = original->weights;
    run.original = original->side;
    run.output_names = original->output_names;
    run.conditions = original->conditions;
    run.trials = count;
    run.trial = original->trials();
    run.trial_names = original->trial_names;
    run.tolerance = tolerance;
    return judge_run(run, subject);
  };
  const std::vector<int> descriptors{original->file->number(), results->number()};
  return {"step",
          {{"refactored", refactored, setting.limits, descriptors},
           {"original", judge, setting.limits, descriptors}}};
}

}  // namespace

StepVerification verify_step(const VerifyStepOptions& options) {
  const TemporaryFolder scratch;
  Setting setting{options, scratch.path(), draw_seeds(options.seeds - 1), {}};
  setting.limits.time = options.time_limit;

  const ComponentSource component = read_component(options.refactored);
  const BuiltSubject built = build(setting, component, true);
  StepSummary summary;
  summary.name = options.refactored.string();
  summary.component = component.name_space;
  json findings = json::array();
  for (const Finding& finding : built.reply.findings) {
    summary.judgement.fail("anti-cheat: " + finding_text(finding));
    findings.push_back(finding_text(finding));
  }

  std::vector<WeightLine> lines;
  std::vector<Outcome> outcomes;
  if (!built.library.empty()) {
    const std::shared_ptr<Original> original = read_original(setting);
    if (options.weight_map.empty()) {
      const json members = in_process(setting, "load the refactored component", {}, [&] {
        return describe_component(built.library, component.name_space);
      });
      lines = automatic_weight_map(original->graph, original->weights, original->prefix,
                                   members_from_json(members));
    } else {
      lines = read_weight_map(options.weight_map);
    }
    outcomes =
        run_jobs({step_job(setting, original, built.library, component.name_space, lines)}, {})
            .at(0);
  }
  StepVerification verification;
  verification.report =
      compared_report(outcomes, lines, scanned_parent(built.reply, component.name_space), summary);
  verification.report.update(
      {{"original", options.original},
       {"refactored", options.refactored.string()},
       {"anti_cheat", {{"clean", is_clean(built.reply)}, {"findings", std::move(findings)}}},
       {"seeds", setting.seeds}});
  verification.judgement = summary.judgement;
  return verification;
}

}  // namespace strata
