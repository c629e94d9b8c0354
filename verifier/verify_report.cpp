#include <fmt/format.h>

#include <algorithm>

#include "verifier/verify.h"

namespace strata {
namespace {

using nlohmann::json;

constexpr std::size_t kReasons = 12;  // shown in the summary

std::string evidence(const StepSummary& step) {
  std::string text = step.proved ? "proved" : "sampled";
  text += step.bit_equal ? ", bit-equal" : fmt::format(", max abs {:.2g}", step.max_abs_error);
  if (step.accepted_by_arbiter) text += ", accepted by the fp64 arbiter";
  if (step.cached) text += ", cached";
  return step.judgement.verdict == Verdict::kPass ? text : "";
}

std::string line_of(const StepSummary& step, std::size_t width) {
  return fmt::format("  {:<5} {:<{}}  {:>4} x  {:<28} {:>6.2f} s\n",
                     verdict_name(step.judgement.verdict), step.name, width, step.instances,
                     evidence(step), step.seconds);
}

std::string kernels_line(const std::vector<StepSummary>& kernels) {
  if (kernels.empty()) return "";
  const auto bit_equal = std::ranges::count_if(kernels, &StepSummary::bit_equal);
  const auto passing = std::ranges::count_if(kernels, [](const StepSummary& kernel) {
    return kernel.judgement.verdict == Verdict::kPass;
  });
  return fmt::format("  kernels alone: {} of {} pass, {} bit-equal{}\n", passing, kernels.size(),
                     bit_equal, kernels.front().cached ? ", cached" : "");
}

std::string place_of(const std::string& instance, const std::string& original_path) {
  return fmt::format("{}, originally {}", instance.empty() ? "the root" : instance,
                     original_path.empty() ? "the whole model" : original_path);
}

// What is wrong by itself: file, first instance, figures.
std::string line_of(const Culprit& culprit) {
  std::string text = fmt::format("  wrong by itself ({}): {} (as {})\n", fault_name(culprit.fault),
                                 culprit.file, place_of(culprit.instance, culprit.original_path));
  if (culprit.instances.size() > 1)
    text += fmt::format("    at {} instances, this the first\n", culprit.instances.size());
  if (!culprit.reasons.empty()) text += fmt::format("    {}\n", culprit.reasons.front());
  if (culprit.fault == Fault::kFinding && culprit.file.starts_with("level_0_"))
    text += fmt::format("    raw code of your own: --user-kernel {}\n", culprit.component);
  return text;
}

}  // namespace

json to_json(const StepSummary& step) {
  json entry = to_json(step.judgement);
  entry.update({{"name", step.name},
                {"component", step.component},
                {"level", step.level},
                {"instances", step.instances},
                {"proved", step.proved},
                {"bit_equal", step.bit_equal},
                {"max_abs_error", step.max_abs_error},
                {"cached", step.cached},
                {"accepted_by_arbiter", step.accepted_by_arbiter},
                {"counterexample",
                 step.counterexample.empty() ? json() : json(step.counterexample.string())},
                {"seconds", step.seconds}});
  return entry;
}

StepSummary step_summary_from_json(const json& document) {
  StepSummary step;
  document.at("name").get_to(step.name);
  document.at("component").get_to(step.component);
  document.at("level").get_to(step.level);
  document.at("instances").get_to(step.instances);
  document.at("proved").get_to(step.proved);
  document.at("bit_equal").get_to(step.bit_equal);
  document.at("max_abs_error").get_to(step.max_abs_error);
  document.at("cached").get_to(step.cached);
  document.at("accepted_by_arbiter").get_to(step.accepted_by_arbiter);
  document.at("seconds").get_to(step.seconds);
  document.at("reasons").get_to(step.judgement.reasons);
  const std::string verdict = document.at("verdict");
  step.judgement.verdict = verdict == verdict_name(Verdict::kPass)   ? Verdict::kPass
                           : verdict == verdict_name(Verdict::kFail) ? Verdict::kFail
                                                                     : Verdict::kError;
  return step;
}

std::string_view fault_name(Fault fault) {
  switch (fault) {
    case Fault::kKernel:
      return "kernel";
    case Fault::kWiring:
      return "wiring";
    case Fault::kWeights:
      return "weights";
    case Fault::kFinding:
      return "finding";
  }
  return "";
}

json to_json(const Verification& verification) {
  json steps = json::array();
  for (const StepSummary& step : verification.steps) steps.push_back(to_json(step));
  json kernels = json::array();
  for (const StepSummary& kernel : verification.kernels) kernels.push_back(to_json(kernel));
  json culprits = json::array();
  for (const Culprit& culprit : verification.culprits) {
    culprits.push_back({{"fault", fault_name(culprit.fault)},
                        {"component", culprit.component},
                        {"file", culprit.file},
                        {"instance", culprit.instance},
                        {"original_path", culprit.original_path},
                        {"instances", culprit.instances},
                        {"max_abs_error", culprit.max_abs_error},
                        {"reasons", culprit.reasons}});
  }
  json document = to_json(verification.judgement);
  document.update(
      {{"schema", "step_verification_summary/1"},
       {"steps", std::move(steps)},
       {"composition", verification.composition ? to_json(*verification.composition) : json()},
       {"kernels", std::move(kernels)},
       {"user_kernels", verification.user_kernels},
       {"culprits", std::move(culprits)},
       {"first_difference", to_json(verification.parting)},
       {"passing_on", verification.passing_on},
       {"determinism", verification.determinism ? to_json(*verification.determinism) : json()},
       {"generation", verification.generation ? to_json(*verification.generation) : json()},
       {"differs_from_other_run", to_json(verification.other_run)},
       {"coverage", {{"nodes", verification.nodes}, {"owned_once", verification.nodes_covered}}},
       {"shape_flow", {{"ports", verification.ports}, {"seen_running", verification.ports_seen}}},
       {"isolation", to_json(verification.isolation)},
       {"build", {{"seconds", verification.build_seconds}, {"cached", verification.build_cached}}},
       {"seconds", verification.seconds}});
  return document;
}

std::string summary_text(const Verification& verification) {
  std::size_t width = 0;
  for (const StepSummary& step : verification.steps) width = std::max(width, step.name.size());
  std::string text;
  for (const StepSummary& step : verification.steps) text += line_of(step, width);
  if (verification.composition) {
    text += line_of(*verification.composition, width);
    text += kernels_line(verification.kernels);
    text += fmt::format(
        "  coverage: {} of {} nodes owned exactly once; shapes: {} of {} ports seen running\n",
        verification.nodes_covered, verification.nodes, verification.ports_seen,
        verification.ports);
  }
  text += fmt::format("  scan and compile: {:.2f} s{}\n", verification.build_seconds,
                      verification.build_cached ? " (unchanged)" : "");
  for (const std::string& kernel : verification.user_kernels)
    text += fmt::format("  raw code, judged by its numbers alone: {}\n", kernel);
  for (const Unprotected& one : unprotected(verification.isolation))
    text += fmt::format("  not enforced: {} ({})\n", protection_name(one.protection), one.why);
  for (const Culprit& culprit : verification.culprits) {
    text += line_of(culprit);
  }
  if (verification.parting) {
    text += "  original and composed part first at " + parting_text(*verification.parting) + "\n";
  }
  if (!verification.passing_on.empty()) {
    text +=
        fmt::format("  {} instances only pass on what they got\n", verification.passing_on.size());
  }
  if (verification.determinism) text += "  " + determinism_text(*verification.determinism) + "\n";
  if (verification.generation) text += "  " + generation_text(*verification.generation) + "\n";
  const std::vector<std::string>& reasons = verification.judgement.reasons;
  for (std::size_t i = 0; i < std::min(reasons.size(), kReasons); ++i)
    text += fmt::format("  - {}\n", reasons[i]);
  if (reasons.size() > kReasons)
    text += fmt::format("  - and {} more; see the reports\n", reasons.size() - kReasons);
  for (const StepSummary& step : verification.steps) {
    if (!step.counterexample.empty())
      text += fmt::format("  replay: verify_step --replay '{}'\n", step.counterexample.string());
  }
  text += fmt::format("{} in {:.2f} s", verdict_name(verification.judgement.verdict),
                      verification.seconds);
  return text;
}

}  // namespace strata
