#include "decomposer/cost/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "decomposer/cost/quantity.h"

namespace strata {
namespace {

using Json = nlohmann::ordered_json;

// What the report says of one component.
struct Entry {
  const Component* component = nullptr;
  const ComponentCost* cost = nullptr;
  std::int64_t uses = 0;
  Cost all;  // its own, in all uses
  double share = 0;
  std::optional<Count> llm_viewer;  // in all uses
};

std::vector<Entry> lines_of(const Tree& tree, const CostReport& report) {
  std::vector<Entry> lines;
  const auto total = static_cast<double>(report.cost.total().flops.total().value());
  for (std::size_t i = 0; i < tree.components.size(); ++i) {
    const ComponentCost& cost = report.cost.components[i];
    Entry line{
        &tree.components[i], &cost, report.cost.uses[i], cost.own * report.cost.uses[i], 0, {}};
    if (total > 0) line.share = static_cast<double>(line.all.flops.total().value()) / total;
    if (!report.llm_viewer.empty()) line.llm_viewer = Count(0);
    lines.push_back(line);
  }
  for (std::size_t i = 0; i < report.llm_viewer.size(); ++i)
    *lines[static_cast<std::size_t>(tree.instances[i].component)].llm_viewer +=
        report.llm_viewer[i];
  // Children stand before parents; the reader starts with the model.
  std::ranges::reverse(lines);
  return lines;
}

// Instances run one after another, so a component's time is the sum over its own and its
// children's.
std::vector<double> seconds_of(const Tree& tree, const CostReport& report) {
  std::vector<double> seconds;
  for (std::size_t i = 0; i < tree.components.size(); ++i) {
    double sum = least_seconds(report.cost.components[i].own, *report.peak);
    for (const Statement& statement : tree.components[i].body) {
      const auto* call = std::get_if<ChildCall>(&statement);
      if (call == nullptr) continue;
      const Child& child = tree.components[i].children[static_cast<std::size_t>(call->child)];
      sum += seconds[static_cast<std::size_t>(child.component)];
    }
    seconds.push_back(sum);
  }
  return seconds;
}

Json cost_object(const Cost& cost) {
  return {
      {"flops", cost.flops.total().value()},         {"matrix_flops", cost.flops.matrix.value()},
      {"vector_flops", cost.flops.vector.value()},   {"bytes_read", cost.bytes_read.value()},
      {"bytes_written", cost.bytes_written.value()}, {"intensity", intensity(cost)}};
}

const char* formula_name(const Entry& line) {
  if (line.component->level > 0) return "children";
  return line.cost->by_catalogue ? "catalogue" : "operators";
}

const char* bound_name(const Cost& cost, const Peak& peak) {
  return is_compute_bound(cost, peak) ? "compute" : "memory";
}

Cost own_of_level(const std::vector<Entry>& lines, int level) {
  Cost sum;
  for (const Entry& line : lines) {
    if (line.component->level == level) sum += line.all;
  }
  return sum;
}

std::vector<std::string> uncounted_in(const std::vector<Entry>& lines) {
  std::vector<std::string> names;
  for (const Entry& line : lines)
    names.insert(names.end(), line.cost->uncounted.begin(), line.cost->uncounted.end());
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  return names;
}

std::string level_lines(const std::vector<Entry>& lines, const CostReport& report) {
  static constexpr std::array kLevels = {"kernels", "fusions", "layers", "model"};
  std::string text;
  for (int level = 3; level >= 0; --level) {
    const Cost own = own_of_level(lines, level);
    text += fmt::format("  L{} {:<8} {:>8} FLOP {:>8}B read {:>8}B written{}\n", level,
                        kLevels.at(static_cast<std::size_t>(level)), scaled(own.flops.total()),
                        scaled(own.bytes_read), scaled(own.bytes_written),
                        level > 0 ? "  between children" : "");
  }
  const Cost& total = report.cost.total();
  text += fmt::format("  total       {:>8} FLOP {:>8}B read {:>8}B written  {:.4g} FLOP/byte\n",
                      scaled(total.flops.total()), scaled(total.bytes_read),
                      scaled(total.bytes_written), intensity(total));
  return text;
}

std::string component_line(const Entry& line, const CostReport& report) {
  const Cost& own = line.cost->own;
  std::string text = fmt::format("{:>8} {:>6.2f}% {:>6} {:>8} {:>8} {:>8} {:>8.3g}",
                                 scaled(line.all.flops.total()), 100 * line.share, line.uses,
                                 scaled(own.flops.total()), scaled(own.bytes_read),
                                 scaled(own.bytes_written), intensity(own));
  if (report.peak) {
    text += fmt::format(" {:>9} {:<7}", time_text(least_seconds(own, *report.peak)),
                        bound_name(own, *report.peak));
  }
  if (line.llm_viewer) text += fmt::format(" {:>16}", line.llm_viewer->value());
  text += "  " + line.component->name;
  if (line.component->level > 0) text += " (between children)";
  if (line.component->level == 0 && !line.cost->by_catalogue) text += " *";
  return text + "\n";
}

}  // namespace

Json cost_json(const Tree& tree, const CostReport& report) {
  const std::vector<Entry> lines = lines_of(tree, report);
  const std::vector<double> seconds =
      report.peak ? seconds_of(tree, report) : std::vector<double>(tree.components.size());
  Json document = {{"schema", "cost/1"}, {"model", report.model}, {"peak", nullptr}};
  if (report.peak) {
    document["peak"] = {{"flops_per_second", report.peak->flops},
                        {"bytes_per_second", report.peak->bandwidth}};
  }
  document["total"] = cost_object(report.cost.total());
  if (report.peak) document["total"]["seconds"] = seconds.back();
  if (!report.llm_viewer.empty()) {
    Count sum = 0;
    for (const Count count : report.llm_viewer) sum += count;
    document["total"]["llm_viewer_flops"] = sum.value();
  }
  document["uncounted"] = uncounted_in(lines);
  for (int level = 3; level >= 0; --level) {
    Json entry = {{"level", level}};
    entry.update(cost_object(own_of_level(lines, level)));
    document["levels"].push_back(std::move(entry));
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Entry& line = lines[i];
    Json entry = {{"name", line.component->name},
                  {"file", file_of(*line.component)},
                  {"level", line.component->level},
                  {"operation", line.component->operation},
                  {"count", line.uses},
                  {"formula", formula_name(line)},
                  {"uncounted", line.cost->uncounted},
                  {"share", line.share},
                  {"own", cost_object(line.cost->own)},
                  {"total", cost_object(line.cost->total)}};
    if (report.peak) {
      entry["own"]["seconds"] = least_seconds(line.cost->own, *report.peak);
      entry["own"]["bound"] = bound_name(line.cost->own, *report.peak);
      entry["total"]["seconds"] = seconds[lines.size() - 1 - i];
    }
    if (line.llm_viewer) entry["llm_viewer_flops"] = line.llm_viewer->value();
    document["components"].push_back(std::move(entry));
  }
  for (std::size_t i = 0; i < report.llm_viewer.size(); ++i) {
    if (report.llm_viewer[i] == Count(0)) continue;
    const Instance& instance = tree.instances[i];
    document["llm_viewer"].push_back(
        {{"path", instance.path},
         {"original_path", instance.original_path},
         {"component", tree.components[static_cast<std::size_t>(instance.component)].name},
         {"flops", report.llm_viewer[i].value()}});
  }
  return document;
}

std::string cost_csv(const Tree& tree, const CostReport& report) {
  std::string text =
      "name,level,operation,count,formula,flops,matrix_flops,vector_flops,bytes_read,bytes_written,"
      "intensity,share,total_flops";
  if (report.peak) text += ",seconds,bound";
  if (!report.llm_viewer.empty()) text += ",llm_viewer_flops";
  text += "\n";
  for (const Entry& line : lines_of(tree, report)) {
    const Cost& own = line.cost->own;
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}", line.component->name,
                        line.component->level, line.component->operation, line.uses,
                        formula_name(line), own.flops.total().value(), own.flops.matrix.value(),
                        own.flops.vector.value(), own.bytes_read.value(), own.bytes_written.value(),
                        intensity(own), line.share, line.cost->total.flops.total().value());
    if (report.peak) {
      text +=
          fmt::format(",{},{}", least_seconds(own, *report.peak), bound_name(own, *report.peak));
    }
    if (line.llm_viewer) text += fmt::format(",{}", line.llm_viewer->value());
    text += "\n";
  }
  return text;
}

std::string cost_text(const Tree& tree, const CostReport& report) {
  std::vector<Entry> lines = lines_of(tree, report);
  std::string text = fmt::format("{}\n", report.model) + level_lines(lines, report);
  if (report.peak) {
    text += fmt::format("  at least {} at {}FLOP/s and {}B/s\n",
                        time_text(seconds_of(tree, report).back()), scaled(report.peak->flops),
                        scaled(report.peak->bandwidth));
  }
  text += "\n    FLOP   share  count     each     read  written  FLOP/byte";
  if (report.peak) text += "     time bound  ";
  if (!report.llm_viewer.empty()) text += "       LLM-Viewer";
  text += "\n";
  std::ranges::sort(lines, std::ranges::greater(), [](const Entry& line) {
    return std::pair(line.all.flops.total(), line.component->name);
  });
  bool by_operators = false;
  for (const Entry& line : lines) {
    if (line.component->level > 0 && line.all == Cost{}) continue;
    text += component_line(line, report);
    by_operators |= line.component->level == 0 && !line.cost->by_catalogue;
  }
  if (by_operators) text += "* the sum over its operators\n";
  const std::vector<std::string> uncounted = uncounted_in(lines);
  if (!uncounted.empty()) {
    text += fmt::format("FLOPs of {} are not counted: no formula knows them\n",
                        fmt::join(uncounted, ", "));
  }
  return text;
}

}  // namespace strata
