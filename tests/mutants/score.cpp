#include "tests/mutants/score.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

namespace strata {
namespace {

std::vector<Mutant> drawn(std::vector<Mutant> mutants, const Sample& sample) {
  std::mt19937_64 generator(sample.seed);
  // std::shuffle differs from library to library.
  for (std::size_t i = mutants.size(); i > 1; --i)
    std::swap(mutants[i - 1], mutants[generator() % i]);
  if (mutants.size() > sample.most) mutants.resize(sample.most);
  return mutants;
}

std::string told(const Mutant& mutant, const std::string& why) {
  return fmt::format("{} ({}): {}", mutant.id, mutant.what, why);
}

// Equal for all inputs and weights, without anybody's word for it: the same graph ran, or nothing
// goes in, so that the one result which was compared is the only one there is.
bool shown_equivalent(const Mutant& mutant, const MutantVerdict& verdict) {
  const bool constant = mutant.changed.inputs.empty() && mutant.changed.parameters.empty() &&
                        mutant.changed.children.empty();
  return !verdict.parts || constant;
}

void count(const MutatedModel& model, const Mutant& mutant, const MutantVerdict& verdict,
           const std::map<std::string, Equivalent>& equivalents, Score& score) {
  if (!verdict.compiles) {
    ++score.not_compiled;
    return;
  }
  ++score.mutants;
  const auto found = equivalents.find(mutant.id);
  const bool listed = found != equivalents.end();
  const bool same = !verdict.numbers && (verdict.bit_equal || (listed && found->second.rounding));
  if (listed && !same)
    score.unlisted.push_back(told(mutant, "listed as equivalent, but other bits"));
  if (listed) score.listed.push_back(told(mutant, found->second.reason));
  if (same && (listed || shown_equivalent(mutant, verdict))) {
    ++score.equivalent;
    return;
  }
  score.by_scan += verdict.rules.empty() ? 0 : 1;
  score.by_numbers += verdict.numbers ? 1 : 0;
  score.by_either += verdict.caught() ? 1 : 0;
  score.other_graph += verdict.parts ? 1 : 0;
  auto& [caught, all] = score.kinds[mutant.kind];
  caught += verdict.caught() ? 1 : 0;
  ++all;
  if (!verdict.caught())
    score.survivors.push_back(told(mutant, verdict.bit_equal ? "bit-equal" : "within"));
  if (verdict.culprits.empty()) return;
  ++score.localised;
  const std::string& name =
      model.judged->tree.components[static_cast<std::size_t>(mutant.component)].name;
  const bool named = std::ranges::any_of(
      verdict.culprits, [&](const Culprit& culprit) { return culprit.component == name; });
  if (named) return;
  std::vector<std::string> others;
  for (const Culprit& culprit : verdict.culprits) others.push_back(culprit.component);
  score.misnamed.push_back(told(mutant, fmt::format("named: {}", fmt::join(others, ", "))));
}

}  // namespace

std::map<std::string, Equivalent> equivalents_of(const std::string& model) {
  const nlohmann::json document =
      nlohmann::json::parse(std::ifstream(STRATA_SOURCE_DIR "/tests/mutants/equivalents.json"));
  std::map<std::string, Equivalent> result;
  for (const nlohmann::json& one : document.at("equivalents")) {
    const auto models = one.at("models").get<std::vector<std::string>>();
    if (std::ranges::find(models, model) != models.end())
      result[one.at("id")] = {one.at("reason"), one.value("rounding", false)};
  }
  return result;
}

Score score_model(const std::string& name, const Sample& sample) {
  const MutatedModel model = mutated_model(name);
  const Tree& tree = model.judged->tree;
  std::vector<Mutant> mutants;
  for (std::size_t i = 0; i < tree.components.size(); ++i)
    std::ranges::move(mutants_of(tree, static_cast<ComponentId>(i)), std::back_inserter(mutants));
  mutants = drawn(std::move(mutants), sample);
  std::vector<bool> localised(mutants.size());
  for (std::size_t i = 0; i < mutants.size(); ++i) localised[i] = i < sample.localised;
  const std::vector<MutantVerdict> verdicts = judge_mutants(model, mutants, localised);

  Score score;
  const std::map<std::string, Equivalent> equivalents = equivalents_of(name);
  for (std::size_t i = 0; i < mutants.size(); ++i)
    count(model, mutants[i], verdicts[i], equivalents, score);
  for (const auto& [id, reason] : equivalents) {
    const bool exists = std::ranges::find(mutants, id, &Mutant::id) != mutants.end();
    if (!exists && sample.most == SIZE_MAX) score.unlisted.push_back(id + ": no such mutant");
  }
  return score;
}

std::string score_text(const std::string& name, const Score& score) {
  std::string text = fmt::format(
      "{}: {} mutants, {} equivalent; caught {} (scan {}, numbers {}; another graph {}); "
      "localised {}, misnamed {}; not C++: {}\n",
      name, score.mutants, score.equivalent, score.by_either, score.by_scan, score.by_numbers,
      score.other_graph, score.localised, score.misnamed.size(), score.not_compiled);
  for (const auto& [kind, figures] : score.kinds)
    text += fmt::format("  {:<20} {:>3} of {:>3}\n", kind, figures.first, figures.second);
  for (const std::string& one : score.listed) text += "  equivalent: " + one + "\n";
  for (const std::string& one : score.survivors) text += "  not told apart: " + one + "\n";
  for (const std::string& one : score.unlisted) text += "  wrongly listed: " + one + "\n";
  for (const std::string& one : score.misnamed) text += "  misnamed: " + one + "\n";
  return text;
}

}  // namespace strata
