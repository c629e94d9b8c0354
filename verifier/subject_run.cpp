#include "verifier/subject_run.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

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

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

json to_json(const Trace& trace) {
  json calls = json::array();
  for (const TracedCall& call : trace.calls) {
    calls.push_back({call.operation, call.arguments, call.number});
  }
  return {{"calls", std::move(calls)},      {"outside_children", trace.outside_children},
          {"arithmetic", trace.arithmetic}, {"decisions", trace.decisions},
          {"results", trace.results},       {"inputs", trace.inputs}};
}

Trace trace_from_json(const json& document) {
  Trace trace;
  for (const json& call : document.at("calls")) {
    trace.calls.push_back({call.at(0), call.at(1), call.at(2)});
  }
  document.at("outside_children").get_to(trace.outside_children);
  document.at("arithmetic").get_to(trace.arithmetic);
  document.at("decisions").get_to(trace.decisions);
  document.at("results").get_to(trace.results);
  document.at("inputs").get_to(trace.inputs);
  return trace;
}

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

json store_trial(int file, const TrialResults& results) {
  const auto store_one = [&](const at::Tensor& tensor) {
    return tensor.defined() ? to_json(store_tensor(file, tensor)) : json();
  };
  json outputs = json::array();
  for (const at::Tensor& tensor : results.outputs) outputs.push_back(store_one(tensor));
  json inputs = json::array();
  for (const auto& [index, tensor] : results.changed_inputs)
    inputs.push_back({index, store_one(tensor)});
  json weights = json::array();
  for (const auto& [id, tensor] : results.changed_weights)
    weights.push_back({id, store_one(tensor)});
  return {{"outputs", outputs},
          {"changed_inputs", inputs},
          {"changed_weights", weights},
          {"aliases", results.aliases}};
}

TrialResults read_trial(const json& document, const PrivateMapping& mapping) {
  const auto read_one = [&](const json& stored) {
    return stored.is_null() ? at::Tensor()
                            : stored_tensor(mapping, stored_tensor_from_json(stored));
  };
  TrialResults results;
  for (const json& stored : document.at("outputs")) results.outputs.push_back(read_one(stored));
  for (const json& pair : document.at("changed_inputs")) {
    results.changed_inputs[pair.at(0).get<std::size_t>()] = read_one(pair.at(1));
  }
  for (const json& pair : document.at("changed_weights")) {
    results.changed_weights[pair.at(0).get<ParameterId>()] = read_one(pair.at(1));
  }
  document.at("aliases").get_to(results.aliases);
  return results;
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

std::string different_place(const TrialResults& first, const TrialResults& second) {
  if (first.outputs.size() != second.outputs.size()) return "another number of outputs";
  const auto same = [](const at::Tensor& one, const at::Tensor& other) {
    return one.defined() == other.defined() && (!one.defined() || bit_equal(one, other));
  };
  for (std::size_t i = 0; i < first.outputs.size(); ++i) {
    if (!same(first.outputs[i], second.outputs[i])) return fmt::format("output {}", i);
  }
  const auto equal_maps = [&](const auto& one, const auto& other) {
    return std::ranges::equal(one, other, [&](const auto& left, const auto& right) {
      return left.first == right.first && same(left.second, right.second);
    });
  };
  if (!equal_maps(first.changed_inputs, second.changed_inputs)) return "what it writes to inputs";
  if (!equal_maps(first.changed_weights, second.changed_weights))
    return "what it writes to buffers";
  return "";
}

std::vector<std::string> aliases_of(const TrialData& data, const std::vector<at::Tensor>& outputs) {
  std::vector<std::string> aliases;
  const auto shares = [](const at::Tensor& one, const at::Tensor& other) {
    return one.defined() && other.defined() && one.has_storage() && other.has_storage() &&
           one.nbytes() > 0 && one.storage().data() == other.storage().data();
  };
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (std::size_t k = 0; k < data.inputs.size(); ++k) {
      if (shares(outputs[i], data.inputs[k]))
        aliases.push_back(fmt::format("output {} shares memory with input {}", i, k));
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (shares(outputs[i], outputs[k]))
        aliases.push_back(fmt::format("output {} shares memory with output {}", i, k));
    }
    const bool weight = std::ranges::any_of(
        data.weights, [&](const at::Tensor& candidate) { return shares(outputs[i], candidate); });
    if (weight) aliases.push_back(fmt::format("output {} shares memory with a weight", i));
  }
  std::ranges::sort(aliases);
  return aliases;
}

}  // namespace

std::string weight_name(const Parameter& parameter) {
  return parameter.slice.empty() ? parameter.name : parameter.name + "." + parameter.slice;
}

std::vector<TraceInput> input_labels(const std::vector<at::Tensor>& inputs) {
  std::vector<TraceInput> labels;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    labels.push_back({fmt::format("input {}", i), inputs[i]});
  }
  return labels;
}

TrialResults run_trial(
    const TrialData& data, const std::vector<ParameterId>& places,
    const std::function<std::vector<at::Tensor>(const std::vector<at::Tensor>&)>& forward) {
  std::vector<at::Tensor> before;
  for (const at::Tensor& input : data.inputs) before.push_back(input.clone());
  const Snapshot snapshot(data.weights, places);
  at::manual_seed(data.generator_seed);

  TrialResults results;
  results.outputs = forward(data.inputs);
  results.aliases = aliases_of(data, results.outputs);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!bit_equal(before[i], data.inputs[i])) results.changed_inputs[i] = data.inputs[i];
  }
  // A result that is a buffer's own memory must not be put back with the buffer.
  for (at::Tensor& output : results.outputs) {
    const bool lent = output.defined() && std::ranges::any_of(places, [&](ParameterId id) {
                        const at::Tensor& place = data.weights.at(at(id));
                        return place.defined() && output.is_alias_of(place);
                      });
    if (lent) output = output.detach().clone();
  }
  for (ParameterId id : snapshot.changed())
    results.changed_weights[id] = data.weights.at(at(id)).clone();
  snapshot.restore();
  return results;
}

std::uint64_t bytes_of(const std::vector<at::Tensor>& weights) {
  std::set<const void*> seen;
  std::uint64_t bytes = 0;
  for (const at::Tensor& weight : weights) {
    if (!weight.defined() || !seen.insert(weight.storage().data()).second) continue;
    bytes += static_cast<std::uint64_t>(weight.nbytes());
  }
  return bytes;
}

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

SubjectResults read_subject(const json& document, const PrivateMapping& mapping,
                            std::size_t trials) {
  const auto refuse = [](const std::string& got) {
    throw Error("subject.results",
                "the refactored component's results: must be as they were written; got " + got);
  };
  if (document.is_object() && document.contains("unmapped")) {
    const json& unmapped = document["unmapped"];
    const auto text = [&](const char* key) {
      const auto found = unmapped.find(key);
      return found != unmapped.end() && found->is_string() ? found->get<std::string>() : "";
    };
    const std::string id = unmapped.is_object() ? text("id") : "";
    if (!id.starts_with("weight_map.") && id != "step.weight") refuse("no reason for its end");
    throw Error(id, text("message"));
  }
  try {
    SubjectResults results;
    for (const json& trial : document.at("trials"))
      results.trials.push_back(read_trial(trial, mapping));
    if (results.trials.size() != trials)
      refuse(fmt::format("{} trials, expected {}", results.trials.size(), trials));
    if (!document.at("repeated").is_null()) {
      if (!document.at("repeated").at("same_operators").get<bool>()) {
        results.faults.emplace_back(
            "the first trial, repeated after the others, runs other operators: the component keeps "
            "something from call to call");
      }
      const std::string place =
          different_place(results.trials.at(0), read_trial(document.at("repeated"), mapping));
      if (!place.empty()) {
        results.faults.push_back("the first trial, repeated after the others, gives other bits: " +
                                 place);
      }
    }
    document.at("same_operations").get_to(results.same_operations);
    results.trace = trace_from_json(document.at("trace"));
    for (const json& path : document.at("paths")) results.paths.push_back(trace_from_json(path));
    document.at("map").get_to(results.map);
    return results;
  } catch (const json::exception& problem) {
    refuse(problem.what());
  } catch (const Error& problem) {
    if (problem.id() == "subject.results") throw;
    refuse(problem.what());
  }
  return {};
}

}  // namespace strata
