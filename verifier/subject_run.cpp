#include "verifier/subject_run.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "kernels_l0/error.h"
#include "verifier/buffers.h"
#include "verifier/compare.h"
#include "verifier/subject.h"
#include "verifier/tensor_file.h"

namespace strata {
namespace {

using nlohmann::json;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

json to_json(const Trace& trace) {
  json calls = json::array();
  for (const TracedCall& call : trace.calls) {
    calls.push_back({call.operation, call.arguments, call.number});
  }
  return {{"calls", std::move(calls)},
          {"outside_children", trace.outside_children},
          {"results", trace.results},
          {"inputs", trace.inputs}};
}

Trace trace_from_json(const json& document) {
  Trace trace;
  for (const json& call : document.at("calls")) {
    trace.calls.push_back({call.at(0), call.at(1), call.at(2)});
  }
  document.at("outside_children").get_to(trace.outside_children);
  document.at("results").get_to(trace.results);
  document.at("inputs").get_to(trace.inputs);
  return trace;
}

std::vector<TraceInput> labels(const SubjectRun& run, const WeightMap& map, const Subject& subject,
                               const std::vector<at::Tensor>& inputs) {
  std::vector<TraceInput> labels = input_labels(inputs);
  const std::map<std::string, at::Tensor> tensors = subject.member_tensors();
  for (const auto& [place, id] : map) {
    labels.push_back(traced_weight(*run.graph, id, tensors.at(place)));
  }
  return labels;
}

}  // namespace

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
  return {{"outputs", outputs}, {"changed_inputs", inputs}, {"changed_weights", weights}};
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

json run_subject(const SubjectRun& run) {
  const ConditionsScope conditions(run.conditions);
  const std::vector<ParameterId> candidates = writable_candidates(*run.graph);
  Subject subject(run.library, run.component);
  const WeightMap map = resolve_weights(run.lines, *run.graph, run.needed, subject.members());

  json trials = json::array();
  Trace trace;
  for (std::size_t i = 0; i < run.trials; ++i) {
    const TrialData data = run.trial(i);
    subject.set_weights(weights_by_member(run, map, data));
    std::vector<ParameterId> places;
    for (ParameterId id : candidates) {
      if (data.weights.at(at(id)).defined()) places.push_back(id);
    }
    const TrialResults results =
        run_trial(data, places, [&](const std::vector<at::Tensor>& inputs) {
          if (i > 0) return subject.forward(inputs);
          std::vector<at::Tensor> outputs;
          ForwardFrames frames = subject.frames();
          trace = record_trace(
              labels(run, map, subject, inputs), [&] { return outputs = subject.forward(inputs); },
              {}, [&] { return frames.depth(); });
          return outputs;
        });
    trials.push_back(store_trial(run.results, results));
    subject.drop_weights();
  }
  return {{"trials", std::move(trials)}, {"trace", to_json(trace)}, {"map", map}};
}

SubjectResults read_subject(const json& document, const PrivateMapping& mapping) {
  try {
    SubjectResults results;
    for (const json& trial : document.at("trials"))
      results.trials.push_back(read_trial(trial, mapping));
    results.trace = trace_from_json(document.at("trace"));
    document.at("map").get_to(results.map);
    return results;
  } catch (const json::exception& problem) {
    throw Error(
        "runner.tensor",
        fmt::format("the refactored component's results: must be as they were written; got {}",
                    problem.what()));
  }
}

}  // namespace strata
