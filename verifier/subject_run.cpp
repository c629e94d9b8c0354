#include "verifier/subject_run.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"
#include "kernels_l0/sha256.h"
#include "verifier/buffers.h"
#include "verifier/compare.h"
#include "verifier/contradiction.h"
#include "verifier/outside_writes.h"
#include "verifier/poison.h"
#include "verifier/sandbox/sandbox.h"
#include "verifier/subject.h"
#include "verifier/tensor_file.h"
#include "verifier/torch_state.h"

namespace strata {
namespace {

using nlohmann::json;

}  // namespace

std::vector<TraceInput> subject_labels(const SubjectRun& run, const WeightMap& map,
                                       const Subject& subject,
                                       const std::vector<at::Tensor>& inputs) {
  std::vector<TraceInput> labels = input_labels(inputs);
  const std::map<std::string, at::Tensor> tensors = subject.member_tensors();
  for (const auto& [place, id] : map) {
    labels.push_back(traced_weight(*run.graph, id, tensors.at(place)));
  }
  return labels;
}

std::map<std::string, at::Tensor> weights_by_member(const SubjectRun& run, const WeightMap& map,
                                                    const TrialData& data) {
  std::map<std::string, at::Tensor> weights;
  for (const auto& [place, id] : map) {
    weights[place] = data.weights.at(at(id));
    if (weights[place].defined()) continue;
    throw Error(
        "step.weight",
        fmt::format("{}: the refactored component has a place for it, but the original does not "
                    "read it",
                    weight_name(run.graph->parameters[at(id)])));
  }
  return weights;
}

namespace {

// The operators in their order, whatever they ran on.
std::string operators_of(const Trace& trace) {
  std::string names;
  for (const TracedCall& call : trace.calls) names += call.operation + "\n";
  return sha256(names);
}

bool draws_numbers(const Trace& trace) {
  return std::ranges::any_of(trace.calls, [](const TracedCall& call) {
    return std::ranges::any_of(
        call.arguments, [](const std::string& argument) { return argument.starts_with("draw: "); });
  });
}

// A component that runs under observation.
class Observed {
 public:
  Observed(const SubjectRun& run, Subject& subject, const WeightMap& map, TorchState state,
           Poison* poison)
      : run_(run),
        subject_(subject),
        map_(map),
        state_(std::move(state)),
        poison_(poison),
        candidates_(writable_candidates(*run.graph)) {}

  // One trial. The trace of its operations replaces `trace`.
  TrialResults call(TrialData data, Trace& trace) {
    move_inputs(data.inputs);
    subject_.set_weights(weights_by_member(run_, map_, data));
    std::vector<ParameterId> places;
    for (ParameterId id : candidates_) {
      if (data.weights.at(at(id)).defined()) places.push_back(id);
    }
    TrialResults results = run_trial(data, places, [&](const std::vector<at::Tensor>& inputs) {
      const std::string random = generator_state();
      std::vector<at::Tensor> outputs;
      ForwardFrames frames = subject_.frames();
      const auto forward = [&] {
        if (poison_ != nullptr) poison_->set(true);
        outputs = subject_.forward(inputs);
        if (poison_ != nullptr) poison_->set(false);
        return outputs;
      };
      trace = record_trace(subject_labels(run_, map_, subject_, inputs), forward, {},
                           [&] { return frames.depth(); });
      require_same_state(random, trace);
      require_earlier_outputs();
      return outputs;
    });
    keep_outputs(results);
    subject_.drop_weights();
    return results;
  }

  // One trial on every path, after the trials: what it gives is not looked at.
  std::vector<Trace> paths(TrialData data) {
    move_inputs(data.inputs);
    subject_.set_weights(weights_by_member(run_, map_, data));
    std::vector<Trace> paths = record_paths([&](const std::vector<bool>& script) {
      at::manual_seed(data.generator_seed);
      std::vector<at::Tensor> inputs;
      for (const at::Tensor& input : data.inputs) inputs.push_back(input.clone());
      return record_trace(
          subject_labels(run_, map_, subject_, inputs), [&] { return subject_.forward(inputs); },
          {}, {}, &script);
    });
    subject_.drop_weights();
    return paths;
  }

 private:
  // Inputs stand at the same addresses in every call, so that what is kept by address is found
  // out.
  void move_inputs(std::vector<at::Tensor>& inputs) {
    places_.resize(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      at::Tensor& place = places_[i];
      const bool fits = place.defined() && place.sizes() == inputs[i].sizes() &&
                        place.strides() == inputs[i].strides() &&
                        place.scalar_type() == inputs[i].scalar_type() &&
                        place.is_non_overlapping_and_dense();
      if (fits) inputs[i] = place.copy_(inputs[i]);
      place = inputs[i];
    }
  }

  void require_same_state(const std::string& random, const Trace& trace) const {
    if (!is_on(run_.isolation, Protection::kState)) return;
    const std::string changes = state_changes(state_, torch_state());
    if (!changes.empty()) throw Misconduct("changed LibTorch's state: " + changes);
    if (!draws_numbers(trace) && generator_state() != random) {
      throw Misconduct(
          "changed LibTorch's state: the random number generator moved although no operator drew "
          "from it");
    }
  }

  void require_earlier_outputs() const {
    if (!is_on(run_.isolation, Protection::kState)) return;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      if (outputs_[i].defined() && !bit_equal(outputs_[i], copies_[i]))
        throw Misconduct(fmt::format("wrote over the output of an earlier call: output {}", i));
    }
  }

  // Those that are memory of their own; what else they share is restored after the call.
  void keep_outputs(const TrialResults& results) {
    outputs_ = results.aliases.empty() ? results.outputs : std::vector<at::Tensor>();
    copies_.clear();
    for (const at::Tensor& output : outputs_)
      copies_.push_back(output.defined() ? output.clone() : output);
  }

  const SubjectRun& run_;
  Subject& subject_;
  const WeightMap& map_;
  TorchState state_;
  Poison* poison_;
  std::vector<ParameterId> candidates_;
  std::vector<at::Tensor> places_;
  std::vector<at::Tensor> outputs_;  // of the last call
  std::vector<at::Tensor> copies_;
};

}  // namespace

void confine_subject(const SubjectRun& run, std::uint64_t weights_bytes) {
  SandboxNeeds needs;
  needs.readable = {run.library};
  if (!run.archive.empty()) needs.readable.push_back(run.archive);
  needs.weights_bytes = weights_bytes;
  needs.time = run.limits.time;
  needs.threads = run.conditions.threads;
  run.hand_over(enter_sandbox(run.isolation, needs));
}

json run_subject(const SubjectRun& run) {
  // No thread may run yet that would stay outside the sandbox.
  at::set_num_threads(1);
  TrialData first = run.trial(0);
  if (run.hand_over) confine_subject(run, bytes_of(first.weights));

  const ConditionsScope conditions(run.conditions);
  std::optional<Poison> poison;
  if (is_on(run.isolation, Protection::kPoison)) poison.emplace();
  TorchState state = torch_state();
  Subject subject(run.library, run.component);
  WeightMap map;
  try {
    map = resolve_weights(run.lines, *run.graph, run.needed, subject.members());
    weights_by_member(run, map, first);
  } catch (const Error& error) {
    // Nobody's fault, so it is no end of the process: the judge says it.
    return {{"unmapped", {{"id", error.id()}, {"message", message_of(error)}}}};
  }
  Observed observed(run, subject, map, std::move(state), poison ? &*poison : nullptr);

  Trace trace;
  json trials = json::array({store_trial(run.results, observed.call(first, trace))});
  first = {};
  std::set<std::string> operations{digest_of(trace)};
  json paths = json::array();
  json same_operations = json::array({true});
  Trace later;
  std::vector<std::string> ran;
  const auto again = [&](std::size_t index) {
    json stored = store_trial(run.results, observed.call(run.trial(index), later));
    ran.push_back(digest_of(later));
    return stored;
  };
  for (std::size_t i = 1; i < run.trials; ++i) trials.push_back(again(i));
  json repeated;
  if (is_on(run.isolation, Protection::kRepeat)) {
    repeated = again(0);
    repeated["same_operators"] = operators_of(later) == operators_of(trace);
  }
  if (!trace.decisions.empty()) {
    for (const Trace& path : observed.paths(run.trial(0))) {
      operations.insert(digest_of(path));
      paths.push_back(to_json(path));
    }
  }
  for (const std::string& digest : ran) same_operations.push_back(operations.contains(digest));
  return {{"trials", std::move(trials)},     {"paths", std::move(paths)},
          {"repeated", std::move(repeated)}, {"same_operations", std::move(same_operations)},
          {"trace", to_json(trace)},         {"map", map}};
}

json explain_subject(const SubjectRun& run) {
  at::set_num_threads(1);
  const std::uint64_t weights_bytes = bytes_of(run.trial(0).weights);
  if (run.hand_over) confine_subject(run, weights_bytes);
  const ConditionsScope conditions(run.conditions);
  Subject subject(run.library, run.component);
  const WeightMap map = resolve_weights(run.lines, *run.graph, run.needed, subject.members());
  std::string found;
  for (std::size_t i = 0; i < run.trials && found.empty(); ++i) {
    const TrialData data = run.trial(i);
    subject.set_weights(weights_by_member(run, map, data));
    at::manual_seed(data.generator_seed);
    found = outside_writes(subject_labels(run, map, subject, data.inputs),
                           [&] { return subject.forward(data.inputs); });
    subject.drop_weights();
  }
  return {{"found", found}};
}

Stage explanation_stage(std::function<json(const std::vector<Outcome>&, const HandOver&)> explain,
                        const Limits& limits, std::vector<int> descriptors) {
  return {"explanation", {}, limits, std::move(descriptors), std::move(explain), is_contradicted};
}

json describe_subject(const SubjectRun& run) {
  at::set_num_threads(1);
  confine_subject(run, 0);
  json members = json::array();
  for (const MemberTensor& member : Subject(run.library, run.component).members())
    members.push_back({member.path, member.sizes, static_cast<int>(member.dtype), member.buffer});
  return members;
}

}  // namespace strata
