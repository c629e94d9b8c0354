#include "decomposer/graph/cond_rules.h"

#include <fmt/format.h>

#include "decomposer/schema/cond.h"

namespace strata {
namespace {

using BranchId = std::int32_t;  // kNone: outside of all conds

struct OpenCond {
  ValueId predicate = kNone;
  BranchId when_true = kNone;
  BranchId when_false = kNone;  // kNone: its cond_else is still to come
};

class CondRules {
 public:
  CondRules(const Graph& graph, std::vector<GraphViolation>& found)
      : graph_(graph), found_(found), home_(graph.values.size(), kNone) {}

  void check() {
    for (const Node& node : graph_.nodes) {
      const CondPart part = cond_part(*node.op);
      if (part == CondPart::kEnd) {
        end(node);
      } else {
        for (const ValueId value : inputs_of(node)) read(value, branch(), node.name);
        if (part == CondPart::kThen) begin(node);
        if (part == CondPart::kElse) turn(node);
      }
      for (const ValueId value : node.outputs) {
        if (value != kNone) home_[static_cast<std::size_t>(value)] = branch();
      }
    }
    if (!open_.empty()) violate("outputs", "stand in a cond that has no end");
    for (const Argument& output : graph_.outputs) {
      for (const ValueRef value : tensors_in(output)) read(value.id, kNone, "outputs");
    }
  }

 private:
  void violate(const std::string& subject, std::string message) {
    found_.push_back({"G15", subject, std::move(message)});
  }

  static ValueId predicate_of(const Node& node) {
    const auto* value =
        node.arguments.empty() ? nullptr : std::get_if<ValueRef>(&node.arguments.front());
    return value == nullptr ? kNone : value->id;
  }

  // The branch that is being read.
  BranchId branch() const {
    if (open_.empty()) return kNone;
    return open_.back().when_false == kNone ? open_.back().when_true : open_.back().when_false;
  }

  BranchId add_branch() {
    outer_.push_back(branch());
    return static_cast<BranchId>(outer_.size() - 1);
  }

  void read(ValueId value, BranchId from, const std::string& reader) {
    const BranchId home = home_[static_cast<std::size_t>(value)];
    while (from != kNone && from != home) from = outer_[static_cast<std::size_t>(from)];
    if (from == home) return;
    violate(reader, fmt::format("reads '{}', which only a branch of a cond makes",
                                graph_.values[static_cast<std::size_t>(value)].name));
  }

  void begin(const Node& node) {
    if (predicate_of(node) == kNone) violate(node.name, "branches on no tensor");
    open_.push_back({predicate_of(node), add_branch(), kNone});
  }

  void turn(const Node& node) {
    const bool fits = !open_.empty() && open_.back().when_false == kNone &&
                      open_.back().predicate == predicate_of(node);
    if (!fits) return violate(node.name, "ends no first branch of a cond");
    const BranchId when_true = open_.back().when_true;
    outer_.push_back(outer_[static_cast<std::size_t>(when_true)]);
    open_.back().when_false = static_cast<BranchId>(outer_.size() - 1);
  }

  void end(const Node& node) {
    const bool fits = !open_.empty() && open_.back().when_false != kNone &&
                      open_.back().predicate == predicate_of(node);
    if (!fits) return violate(node.name, "ends no second branch of a cond");
    const OpenCond ended = open_.back();
    open_.pop_back();
    check_results(node, 1, ended.when_true);
    check_results(node, 2, ended.when_false);
  }

  void check_results(const Node& node, std::size_t argument, BranchId from) {
    const auto* given = argument < node.arguments.size()
                            ? std::get_if<std::vector<ValueRef>>(&node.arguments[argument])
                            : nullptr;
    if (given == nullptr || given->size() != node.outputs.size())
      return violate(node.name, "has not one result for each that its branches give");
    for (std::size_t i = 0; i < given->size(); ++i) {
      read((*given)[i].id, from, node.name);
      if (node.outputs[i] == kNone) continue;
      const TensorMeta& made = graph_.values[static_cast<std::size_t>((*given)[i].id)].meta;
      const TensorMeta& named = graph_.values[static_cast<std::size_t>(node.outputs[i])].meta;
      if (made.sizes != named.sizes || made.dtype != named.dtype)
        violate(node.name, "has a result of another shape or type than a branch gives");
    }
  }

  const Graph& graph_;
  std::vector<GraphViolation>& found_;
  std::vector<BranchId> home_;   // per value: the branch that makes it
  std::vector<BranchId> outer_;  // per branch: the one around it
  std::vector<OpenCond> open_;
};

}  // namespace

void check_conds(const Graph& graph, std::vector<GraphViolation>& found) {
  CondRules(graph, found).check();
}

}  // namespace strata
