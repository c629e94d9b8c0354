#include <fmt/format.h>

#include "decomposer/cost/quantity.h"
#include "decomposer/diff/diff.h"

namespace strata {
namespace {

using Json = nlohmann::ordered_json;

std::string or_none(const std::string& text) { return text.empty() ? "none" : text; }

Json cost_json(const Cost& cost) {
  return {{"flops", cost.flops.total().value()},
          {"matrix_flops", cost.flops.matrix.value()},
          {"vector_flops", cost.flops.vector.value()},
          {"bytes_read", cost.bytes_read.value()},
          {"bytes_written", cost.bytes_written.value()}};
}

std::string cost_line(const char* what, Count before, Count after) {
  if (before == after) return fmt::format("  {:<14} {}\n", what, scaled(before));
  const double ratio =
      before == 0 ? 0 : static_cast<double>(after.value()) / static_cast<double>(before.value());
  return fmt::format("  {:<14} {} -> {} ({} -> {}{})\n", what, scaled(before), scaled(after),
                     before.value(), after.value(),
                     before == 0 ? "" : fmt::format(", x {:.4g}", ratio));
}

}  // namespace

std::string diff_text(const DiffSide& before, const DiffSide& after, const TreeDiff& found) {
  if (found.same()) return fmt::format("{} and {} are the same\n", before.from, after.from);
  std::string text = fmt::format("{} -> {}\n", before.from, after.from);
  text += cost_line("FLOPs", found.before.flops.total(), found.after.flops.total());
  text += cost_line("bytes read", found.before.bytes_read, found.after.bytes_read);
  text += cost_line("bytes written", found.before.bytes_written, found.after.bytes_written);
  if (!found.changed.empty()) text += "components\n";
  for (const ChangedComponent& change : found.changed) {
    text += fmt::format("  {}: {} -> {}{}\n", change.path.empty() ? "the model" : change.path,
                        or_none(change.before), or_none(change.after),
                        change.places == 1 ? "" : fmt::format("  x{}", change.places));
    for (const std::string& line : change.changes) text += "    " + line + "\n";
  }
  if (!found.counts.empty()) text += "kernels\n";
  for (const CountChange& change : found.counts)
    text += fmt::format("  {}: {} -> {}\n", change.name, change.before, change.after);
  if (!found.weights.empty()) text += "weights\n";
  for (const WeightChange& change : found.weights) {
    text +=
        fmt::format("  {}: {} -> {}\n", change.name, or_none(change.before), or_none(change.after));
  }
  return text;
}

Json diff_json(const DiffSide& before, const DiffSide& after, const TreeDiff& found) {
  const auto name = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  Json components = Json::array();
  for (const ChangedComponent& change : found.changed) {
    components.push_back({{"path", change.path},
                          {"places", change.places},
                          {"before", name(change.before)},
                          {"after", name(change.after)},
                          {"changes", change.changes}});
  }
  Json kernels = Json::array();
  for (const CountChange& change : found.counts)
    kernels.push_back({{"name", change.name}, {"before", change.before}, {"after", change.after}});
  Json weights = Json::array();
  for (const WeightChange& change : found.weights) {
    weights.push_back(
        {{"name", change.name}, {"before", name(change.before)}, {"after", name(change.after)}});
  }
  return {{"schema", "tree_diff/1"},
          {"before", before.from},
          {"after", after.from},
          {"same", found.same()},
          {"cost", {{"before", cost_json(found.before)}, {"after", cost_json(found.after)}}},
          {"components", std::move(components)},
          {"kernels", std::move(kernels)},
          {"weights", std::move(weights)}};
}

}  // namespace strata
