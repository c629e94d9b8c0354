#include "verifier/checksum_run.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"
#include "verifier/align_calls.h"
#include "verifier/compare.h"
#include "verifier/executor.h"
#include "verifier/prepare.h"
#include "verifier/subject.h"
#include "verifier/trials.h"

namespace strata {
namespace {

using nlohmann::json;

std::string hexadecimal(std::uint64_t sum) { return fmt::format("{:016x}", sum); }

std::string sum_of(const at::Tensor& tensor) {
  return tensor.defined() ? hexadecimal(checksum(tensor)) : "";
}

// One sum for all that a call made.
std::string sum_of(const std::vector<at::Tensor>& tensors) {
  if (tensors.size() == 1) return sum_of(tensors.front());
  std::uint64_t state = 0;
  for (const at::Tensor& tensor : tensors)
    state = state * 0x9E3779B97F4A7C15 + (tensor.defined() ? checksum(tensor) : 1);
  return hexadecimal(state);
}

// And of memory that nothing was written to yet: whatever it holds says nothing.
std::string sum_of(const TracedCall& call, const std::vector<at::Tensor>& made) {
  const bool empty = call.operation == "fill" && !call.arguments.empty() &&
                     call.arguments.front() == "with: nothing";
  return empty ? "uninitialised" : sum_of(made);
}

Conditions conditions_with(const Judged& judged, int threads) {
  Conditions conditions = conditions_of(judged);
  if (threads > 0) conditions.threads = threads;
  return conditions;
}

json to_json(const std::vector<CallSum>& calls) {
  json list = json::array();
  for (const CallSum& call : calls) list.push_back({call.operation, call.number, call.sum});
  return list;
}

// Comes from a process that can't be trusted: anything else than the above is no call.
std::vector<CallSum> calls_from_json(const json& list) {
  std::vector<CallSum> calls;
  try {
    for (const json& call : list) calls.push_back({call.at(0), call.at(1), call.at(2)});
  } catch (const json::exception&) {
    calls.clear();
  }
  return calls;
}

json run_composed(const Judged& judged, const std::vector<WeightLine>& lines, int threads,
                  int results, const HandOver& hand_over) {
  const GraphPart part = instance_part(judged, 0);
  const PrivateInputs inputs = inputs_of(judged, {0});
  PartTrials trials(judged.normalised, part, inputs.captured, inputs.file.number(), judged.seeds);
  const TrialData data = trials.make(0);
  SubjectRun confined = subject_of(judged);
  confined.conditions = conditions_with(judged, threads);
  confined.hand_over = hand_over;
  confine_subject(confined, bytes_of(data.weights));
  const ConditionsScope conditions(confined.conditions);
  Subject subject(judged.library, entry_of(judged, judged.tree.components.back().name));
  const WeightMap map = resolve_weights(lines, judged.normalised,
                                        parameters_of(judged.normalised, part), subject.members());
  std::map<std::string, at::Tensor> weights;
  for (const auto& [place, id] : map) weights[place] = data.weights.at(at(id));
  subject.set_weights(weights);
  std::vector<TraceInput> labels = input_labels(data.inputs);
  const std::map<std::string, at::Tensor> members = subject.member_tensors();
  for (const auto& [place, id] : map)
    labels.push_back(traced_weight(judged.normalised, id, members.at(place)));

  std::vector<CallSum> calls;
  json outputs = json::array();
  std::string threw;
  const auto run = [&] {
    std::vector<at::Tensor> given = subject.forward(data.inputs);
    for (const at::Tensor& output : given)
      outputs.push_back(output.defined() ? to_json(store_tensor(results, output)) : json());
    return given;
  };
  at::manual_seed(data.generator_seed);
  try {
    record_trace(labels, run, [&](const TracedCall& call, const std::vector<at::Tensor>& made) {
      calls.push_back({call.operation, call.number, sum_of(call, made)});
    });
  } catch (const std::exception&) {
    threw = thrown_words();
  }
  return {{"calls", to_json(calls)}, {"outputs", std::move(outputs)}, {"threw", threw}};
}

// The original's calls with the node that makes each.
json run_original(const Judged& judged, int threads, const json& composed, int results) {
  const ConditionsScope conditions(conditions_with(judged, threads));
  const GraphPart part = instance_part(judged, 0);
  PartTrials trials(judged.normalised, part, judged.captured, judged.captured_file, judged.seeds);
  const TrialData data = trials.make(0);
  std::vector<TraceInput> labels = input_labels(data.inputs);
  for (ParameterId id : parameters_of(judged.normalised, part))
    labels.push_back(traced_weight(judged.normalised, id, data.weights.at(at(id))));

  NodeId now = kNone;
  RunObserver observer;
  observer.on_node = [&](NodeId node) { now = node; };
  json nodes = json::array();
  std::vector<at::Tensor> outputs;
  Executor executor(judged.normalised, part, data.weights);
  at::manual_seed(data.generator_seed);
  record_trace(
      labels, [&] { return outputs = executor.run(data.inputs, observer); },
      [&](const TracedCall& call, const std::vector<at::Tensor>& made) {
        nodes.push_back({now, call.operation, call.number, sum_of(call, made)});
      });
  json sums = json::array();
  for (const at::Tensor& output : outputs) sums.push_back(sum_of(output));
  json composed_sums = json::array();
  try {
    const PrivateMapping mapping(results);
    for (const json& output : composed.at("outputs")) {
      composed_sums.push_back(
          output.is_null() ? "" : sum_of(stored_tensor(mapping, stored_tensor_from_json(output))));
    }
  } catch (const std::exception&) {
    composed_sums = json::array();  // what it sent are no tensors
  }
  return {{"nodes", std::move(nodes)},
          {"outputs", std::move(sums)},
          {"composed_outputs", std::move(composed_sums)},
          {"conditions", to_json(conditions_with(judged, threads))}};
}

}  // namespace

Job checksum_job(std::shared_ptr<const Judged> judged, std::vector<WeightLine> lines, int threads,
                 std::string name) {
  const auto results = std::make_shared<Descriptor>(anonymous_file("results"));
  const auto composed = [=](const std::vector<Outcome>&, const HandOver& hand_over) {
    return run_composed(*judged, lines, threads, results->number(), hand_over);
  };
  const auto original = [=](const std::vector<Outcome>& earlier) {
    return run_original(*judged, threads, earlier.at(0).result, results->number());
  };
  return {std::move(name),
          {{"composed", {}, judged->limits, {judged->captured_file, results->number()}, composed},
           {"original", original, judged->limits, {judged->captured_file, results->number()}}}};
}

std::optional<Checksums> read_checksum_run(const Judged& judged,
                                           const std::vector<Outcome>& outcomes) {
  if (outcomes.size() < 2) return std::nullopt;
  const json& original = job_result("checksums", outcomes);
  // Comes from a process that can't be trusted.
  const json& composed = outcomes[0].result;
  if (!composed.is_object() || !composed.contains("threw") || !composed["threw"].is_string())
    return std::nullopt;
  Checksums checksums;
  checksums.archive_digest = judged.loaded.archive_digest;
  checksums.conditions = original.at("conditions");
  original.at("outputs").get_to(checksums.original_outputs);
  original.at("composed_outputs").get_to(checksums.composed_outputs);
  checksums.composed_ended = composed.value("threw", "");

  std::map<NodeId, std::vector<CallSum>> by_node;
  for (const json& call : original.at("nodes"))
    by_node[call.at(0).get<NodeId>()].push_back({call.at(1), call.at(2), call.at(3)});
  std::vector<CallSum> expected;
  for (const auto& [node, owner] : nodes_as_composed(judged.tree)) {
    const Instance& instance = judged.tree.instances[at(owner)];
    for (const CallSum& call : by_node[node]) {
      expected.push_back(call);
      checksums.nodes.push_back({judged.normalised.nodes[at(node)].name, call.operation,
                                 instance.path, judged.tree.components[at(instance.component)].name,
                                 instance.original_path, call.sum, ""});
    }
  }
  const std::vector<CallSum> got = calls_from_json(composed.value("calls", json::array()));
  const std::vector<std::int32_t> places = align_calls(expected, got);
  for (std::size_t i = 0; i < places.size(); ++i)
    if (places[i] != kNone) checksums.nodes[i].composed = got[at(places[i])].sum;
  return checksums;
}

}  // namespace strata
