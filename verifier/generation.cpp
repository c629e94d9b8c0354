#include "verifier/generation.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <algorithm>

#include "decomposer/graph/index.h"
#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"
#include "verifier/compare.h"
#include "verifier/prepare.h"
#include "verifier/root_ports.h"
#include "verifier/shared_values.h"
#include "verifier/step_report.h"
#include "verifier/subject.h"
#include "verifier/tensor_file.h"
#include "verifier/tolerance.h"
#include "verifier/verify_plan.h"

namespace strata {
namespace {

using nlohmann::json;

// The text so far: [sequences, length], what is not yet written filled up on the right.
class Text {
 public:
  Text(const at::Tensor& sample, std::int64_t prompt, std::int64_t padding)
      : tokens_(sample.clone()), filled_(prompt) {
    tokens_.slice(1, prompt).fill_(padding);
  }

  at::Tensor input() const { return tokens_.clone(); }
  // Logits [sequences, vocabulary] at the last place that is filled.
  at::Tensor last(const at::Tensor& logits) const { return logits.select(1, filled_ - 1); }
  // The likeliest token of each sequence.
  std::vector<std::int64_t> choice(const at::Tensor& logits) const {
    const at::Tensor next = last(logits).argmax(-1).contiguous();
    return {next.const_data_ptr<std::int64_t>(),
            next.const_data_ptr<std::int64_t>() + next.numel()};
  }
  void write(const std::vector<std::int64_t>& next) {
    tokens_.select(1, filled_++).copy_(at::tensor(next, at::kLong));
  }

 private:
  at::Tensor tokens_;
  std::int64_t filled_;
};

// What both sides need.
struct Setting {
  std::shared_ptr<const Judged> judged;
  std::vector<WeightLine> lines;  // the root's weight map
  LanguageModel model;
  std::int64_t tokens = 0;
  std::vector<SharedValue> shared;
  int results = -1;  // the file that takes tensors
  Limits limits;     // of each process

  std::int64_t prompt() const { return model.length - tokens; }
};

// Both sides run under these, and start from the same text.
Text first_text(const Setting& setting) {
  return {sample_inputs(setting.judged->loaded).front(), setting.prompt(), 0};
}

json run_composed(const Setting& setting, const HandOver& hand_over) {
  const Judged& judged = *setting.judged;
  at::set_num_threads(1);  // none may run when the process is confined
  const Weights weights(judged.normalised);
  Text text = first_text(setting);
  SubjectRun confined = subject_of(judged);
  confined.limits = setting.limits;
  confined.hand_over = hand_over;
  confine_subject(confined, bytes_of(weights.tensors()));

  const ConditionsScope conditions(confined.conditions);
  const auto needed = parameters_of(judged.normalised, whole(judged.normalised));
  Subject subject(judged.library, entry_of(judged, judged.tree.components.back().name));
  std::map<std::string, at::Tensor> members;
  for (const auto& [place, id] :
       resolve_weights(setting.lines, judged.normalised, needed, subject.members()))
    members[place] = weights[id];
  subject.set_weights(members);
  const auto output = at(root_ports(judged).outputs.at(setting.model.output));

  FreshValues fresh(judged, setting.shared, weights.tensors());
  json steps = json::array();
  for (std::int64_t i = 0; i < setting.tokens; ++i) {
    json values = fresh.store({text.input()}, setting.results);
    const at::Tensor logits = subject.forward({text.input()}).at(output);
    steps.push_back(
        {{"logits", to_json(store_tensor(setting.results, logits))}, {"fresh", std::move(values)}});
    text.write(text.choice(logits));
  }
  return steps;
}

// Whether what follows the prompt changes what is said before it.
json check_causal(const Setting& setting, Executor& original, const at::Tensor& logits) {
  const at::Tensor sample = sample_inputs(setting.judged->loaded).front();
  const std::int64_t other = std::max<std::int64_t>(sample.max().item<std::int64_t>(), 1);
  const Text padded(sample, setting.prompt(), other);
  const at::Tensor again = original.run({padded.input()}).at(setting.model.output);
  const auto before = [&](const at::Tensor& all) { return all.slice(1, 0, setting.prompt()); };
  const Comparison comparison =
      compare(before(logits), before(again), composition_tolerance(logits.scalar_type()));
  if (!comparison.pass) {
    throw Error("generation.causal",
                fmt::format("the model: its logits must not depend on later tokens; got others "
                            "when token {} follows instead of 0: {}; it is no causal language "
                            "model, so leave out --generate",
                            other, describe(comparison)));
  }
  return {{"padding", {0, other}}, {"bit_equal", comparison.agreement == Agreement::kBitEqual}};
}

// Why logits can't be chosen from; "" when they can.
std::string unfit(const at::Tensor& last) {
  if (!last.isfinite().all().item<bool>()) return "are not finite";
  if ((last.amax(-1) == last.amin(-1)).any().item<bool>()) return "are all the same";
  return "";
}

void compare_tokens(const std::vector<std::int64_t>& original,
                    const std::vector<std::int64_t>& composed, const std::string& step,
                    std::vector<std::string>& reasons) {
  for (std::size_t i = 0; i < original.size(); ++i) {
    if (original[i] == composed[i]) continue;
    reasons.push_back(fmt::format("{}: sequence {}: the composed tree writes {}, the original {}",
                                  step, i, composed[i], original[i]));
    return;
  }
}

json shared_report(const Setting& setting, const std::vector<std::size_t>& equal,
                   std::vector<std::string>& reasons) {
  const Tree& tree = setting.judged->tree;
  json list = json::array();
  for (std::size_t i = 0; i < setting.shared.size(); ++i) {
    const SharedValue& shared = setting.shared[i];
    const Instance& kernel = tree.instances.at(at(shared.kernel));
    const Component& component = tree.components.at(at(kernel.component));
    const std::size_t all = shared.readers.size() * static_cast<std::size_t>(setting.tokens);
    if (equal[i] != all) {
      reasons.push_back(
          fmt::format("{}: {} of {} times a layer reads another value than the kernel "
                      "makes anew for it",
                      kernel.path, all - equal[i], all));
    }
    list.push_back({{"instance", kernel.path},
                    {"component", component.name},
                    {"operation", component.operation},
                    {"readers", shared.readers.size()},
                    {"equal_readings", equal[i]},
                    {"readings", all}});
  }
  return list;
}

json run_original(const Setting& setting, const json& composed) {
  const Judged& judged = *setting.judged;
  const ConditionsScope conditions(conditions_of(judged));
  const PrivateMapping mapping(setting.results);
  const Weights weights(judged.loaded);
  Executor original(judged.loaded, whole(judged.loaded), weights.tensors());

  std::vector<std::string> reasons;
  std::vector<std::size_t> equal(setting.shared.size());
  json steps = json::array();
  json causal;
  bool bits = true;
  double max_abs = 0;
  Text text = first_text(setting);
  for (std::int64_t i = 0; i < setting.tokens && reasons.empty(); ++i) {
    const json& given = composed.at(static_cast<std::size_t>(i));
    SharedValueWatch watch(judged, setting.shared, given.at("fresh"), mapping);
    const at::Tensor expected =
        original.run({text.input()}, watch.observer()).at(setting.model.output);
    if (i == 0) causal = check_causal(setting, original, expected);
    const at::Tensor got = stored_tensor(mapping, stored_tensor_from_json(given.at("logits")));
    const std::string step = fmt::format("generated token {}", i);
    const Comparison comparison =
        compare(expected, got, composition_tolerance(expected.scalar_type()));
    bits = bits && comparison.agreement == Agreement::kBitEqual;
    max_abs = std::max(max_abs, comparison.max_abs);
    if (!comparison.pass)
      reasons.push_back(fmt::format("{}: logits: {}", step, describe(comparison)));
    for (std::size_t j = 0; j < equal.size(); ++j) equal[j] += watch.equal_readers()[j];
    json entry = {{"bit_equal", comparison.agreement == Agreement::kBitEqual}};
    if (expected.sizes() == got.sizes()) {
      if (const std::string why = unfit(text.last(expected)); !why.empty())
        reasons.push_back(fmt::format("{}: the original's logits {}", step, why));
      if (const std::string why = unfit(text.last(got)); !why.empty())
        reasons.push_back(fmt::format("{}: the composed tree's logits {}", step, why));
      const std::vector<std::int64_t> wanted = text.choice(expected);
      const std::vector<std::int64_t> written = text.choice(got);
      compare_tokens(wanted, written, step, reasons);
      entry["original"] = wanted;
      entry["composed"] = written;
      text.write(wanted);
    }
    steps.push_back(std::move(entry));
  }
  json shared = reasons.empty() ? shared_report(setting, equal, reasons) : json::array();
  return {{"reasons", reasons},        {"bit_equal", bits},
          {"max_abs_error", max_abs},  {"causal", std::move(causal)},
          {"steps", std::move(steps)}, {"shared_values", std::move(shared)}};
}

// What the composed side sent and stored is not believed.
json judge_original(const Setting& setting, const json& composed) {
  const auto refuse = [](const std::string& got) {
    throw Error("subject.results",
                "the composed tree's results: must be as they were written; got " + got);
  };
  try {
    return run_original(setting, composed);
  } catch (const json::exception& problem) {
    refuse(problem.what());
  } catch (const Error& problem) {
    if (problem.id() != "runner.tensor") throw;
    refuse(problem.what());
  }
  return {};
}

void judge_endings(const std::vector<Outcome>& outcomes, Judgement& judgement) {
  const Outcome& last = outcomes.back();
  if (last.ending == Ending::kFinished) return;
  if (last.error_id == "subject.results") {
    judgement.fail(last.reason);
  } else if (last.ending == Ending::kError) {
    judgement.could_not_judge(fmt::format("[{}] {}", last.error_id, last.reason));
  } else if (outcomes.size() == 1) {
    judgement.fail("the composed tree " + last.reason);
  } else {
    judgement.could_not_judge("the process that compares " + last.reason);
  }
}

}  // namespace

LanguageModel language_model(const Graph& graph, int tokens) {
  const auto refuse = [&](const std::string& got) {
    throw Error(
        "generation.model",
        fmt::format("{}: a causal language model has one input, integers [batch, sequence], "
                    "and an output of floats [batch, sequence, vocabulary]; got {}; leave "
                    "out --generate",
                    graph.name, got));
  };
  if (graph.inputs.size() != 1) refuse(fmt::format("{} tensor inputs", graph.inputs.size()));
  const TensorMeta& input = graph.values.at(at(graph.inputs.front())).meta;
  const bool integers = input.dtype == ScalarType::kInt64 || input.dtype == ScalarType::kInt32;
  if (!integers || input.sizes.size() != 2 || input.sizes[0] < 1) {
    refuse(fmt::format("an input of {} dimensions{}", input.sizes.size(),
                       integers ? "" : " that are no integers"));
  }
  LanguageModel model{input.sizes[0], input.sizes[1], 0, 0};
  for (std::size_t i = 0; i < graph.outputs.size() && model.vocabulary == 0; ++i) {
    const auto* value = std::get_if<ValueRef>(&graph.outputs[i]);
    if (value == nullptr) continue;
    const TensorMeta& meta = graph.values.at(at(value->id)).meta;
    if (!is_floating(meta.dtype) || meta.sizes.size() != 3 || meta.sizes[2] < 2) continue;
    if (meta.sizes[0] != model.sequences || meta.sizes[1] != model.length) continue;
    model.vocabulary = meta.sizes[2];
    model.output = i;
  }
  if (model.vocabulary == 0) refuse("no output of that shape");
  if (tokens < 1 || tokens >= model.length) {
    throw Error("generation.length",
                fmt::format("--generate: from 1 to {} tokens, for the program was exported for {} "
                            "and a prompt comes first; got {}; export it at prompt + generated "
                            "tokens",
                            model.length - 1, model.length, tokens));
  }
  return model;
}

Generation generate(const Plan& plan, int tokens) {
  const Descriptor results = anonymous_file("results");
  Limits limits = plan.judged->limits;
  limits.time *= tokens;
  const Setting setting{
      plan.judged, plan.steps.front().lines,         language_model(plan.judged->loaded, tokens),
      tokens,      shared_values(plan.judged->tree), results.number(),
      limits};
  const auto composed = [&](const std::vector<Outcome>&, const HandOver& hand_over) {
    return run_composed(setting, hand_over);
  };
  const auto original = [&](const std::vector<Outcome>& earlier) {
    return judge_original(setting, earlier.at(0).result);
  };
  const std::vector<Outcome> outcomes =
      run_jobs({{"generation",
                 {{"composed", {}, limits, {results.number()}, composed},
                  {"original", original, limits, {results.number()}}}}},
               {})
          .at(0);

  Generation generation;
  generation.prompt = setting.prompt();
  generation.tokens = tokens;
  for (const Outcome& outcome : outcomes) generation.seconds += outcome.seconds;
  judge_endings(outcomes, generation.judgement);
  json details = json::object();
  if (generation.judgement.verdict == Verdict::kPass) {
    details = outcomes.at(1).result;
    for (const json& reason : details.at("reasons"))
      generation.judgement.fail(reason.get<std::string>());
    generation.bit_equal = details.at("bit_equal");
    generation.max_abs_error = details.at("max_abs_error").is_number()
                                   ? details.at("max_abs_error").get<double>()
                                   : std::numeric_limits<double>::infinity();
    generation.shared = static_cast<int>(details.at("shared_values").size());
  }
  generation.report = std::move(details);
  generation.report.update({{"schema", "generation/1"},
                            {"verdict", verdict_name(generation.judgement.verdict)},
                            {"reasons", generation.judgement.reasons},
                            {"component", plan.judged->tree.components.back().name},
                            {"sequences", setting.model.sequences},
                            {"prompt", generation.prompt},
                            {"tokens", generation.tokens},
                            {"vocabulary", setting.model.vocabulary},
                            {"isolation", isolation_entry(outcomes, {})},
                            {"seconds", generation.seconds}});
  return generation;
}

json to_json(const Generation& generation) {
  json document = to_json(generation.judgement);
  document.update({{"prompt", generation.prompt},
                   {"tokens", generation.tokens},
                   {"bit_equal", generation.bit_equal},
                   {"shared_values", generation.shared},
                   {"seconds", generation.seconds}});
  return document;
}

std::string generation_text(const Generation& generation) {
  std::string text =
      fmt::format("{:<5} generation: {} tokens after {}",
                  verdict_name(generation.judgement.verdict), generation.tokens, generation.prompt);
  if (generation.judgement.verdict == Verdict::kPass) {
    text += generation.bit_equal
                ? ", the same, logits bit-equal"
                : fmt::format(", the same, logits within {:.2g}", generation.max_abs_error);
    if (generation.shared > 0)
      text += fmt::format("; {} shared by layers as made anew", generation.shared);
  }
  return text + fmt::format("; {:.2f} s", generation.seconds);
}

}  // namespace strata
