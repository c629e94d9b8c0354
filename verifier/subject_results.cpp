#include "verifier/subject_results.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "kernels_l0/error.h"
#include "verifier/compare.h"
#include "verifier/tensor_file.h"

namespace strata {
namespace {

using nlohmann::json;

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

json to_json(const Trace& trace) {
  json calls = json::array();
  for (const TracedCall& call : trace.calls) {
    calls.push_back({call.operation, call.arguments, call.number});
  }
  return {{"calls", std::move(calls)},      {"outside_children", trace.outside_children},
          {"arithmetic", trace.arithmetic}, {"decisions", trace.decisions},
          {"results", trace.results},       {"inputs", trace.inputs}};
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
