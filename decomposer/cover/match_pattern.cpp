#include <algorithm>
#include <cmath>

#include "decomposer/cover/pattern.h"
#include "decomposer/cover/roles.h"

namespace strata {
namespace {

using Next = std::function<bool()>;

std::size_t index(std::int32_t id) { return static_cast<std::size_t>(id); }

// A number as patterns see it; booleans are none.
const double* number_in(const Argument& argument, double& storage) {
  if (const auto* real = std::get_if<double>(&argument)) {
    storage = *real;
    return &storage;
  }
  if (const auto* whole = std::get_if<std::int64_t>(&argument)) {
    storage = static_cast<double>(*whole);
    return &storage;
  }
  return nullptr;
}

// add(a, b, alpha=2) is no plain addition.
bool scales_operand(const Node& node) {
  const int alpha = node.op->argument_index("alpha");
  double number = 1;
  return alpha >= 0 && number_in(node.arguments[index(alpha)], number) && number != 1;
}

bool is_cast(const Node& node) {
  return (node.op->name == "to" || node.op->name == "_to_copy") && inputs_of(node).size() == 1;
}

// Depth-first with continuations: each step calls `next` for what is left of the pattern, and
// undoes itself when that fails.
class Matcher {
 public:
  Matcher(const Draft& draft, const std::function<bool(const Match&)>& accept)
      : draft_(draft), accept_(accept) {}

  bool match_root(const Pattern& pattern, NodeId root) {
    for (const ValueId output : draft_.node(root).outputs) {
      if (output != kNone) return tensor(pattern, output, [&] { return accepted(root); });
    }
    return false;
  }

 private:
  bool accepted(NodeId root) const {
    if (nodes_.empty() || std::find(nodes_.begin(), nodes_.end(), root) == nodes_.end())
      return false;
    Match match{nodes_, values_};
    std::sort(match.nodes.begin(), match.nodes.end());
    match.nodes.erase(std::unique(match.nodes.begin(), match.nodes.end()), match.nodes.end());
    const auto outside = [&](NodeId reader) {
      return !std::binary_search(match.nodes.begin(), match.nodes.end(), reader);
    };
    for (const NodeId id : match.nodes) {
      if (id == root) continue;
      for (const ValueId output : draft_.node(id).outputs) {
        if (output == kNone) continue;
        const auto& readers = draft_.readers(output);
        if (draft_.is_result(output) || std::any_of(readers.begin(), readers.end(), outside))
          return false;
      }
    }
    return accept_(match);
  }

  bool bind(const std::string& name, ValueId value, const Next& next) {
    for (const auto& [bound, to] : values_) {
      if (bound == name) return to == value && next();
    }
    values_.emplace_back(name, value);
    if (next()) return true;
    values_.pop_back();
    return false;
  }

  bool argument(const Pattern& pattern, const Argument& argument, const Next& next) {
    double number = 0;
    switch (pattern.kind) {
      case Pattern::Kind::kAnything:
        return next();
      case Pattern::Kind::kNumber:
        return number_in(argument, number) && next();
      case Pattern::Kind::kLiteral:
        return number_in(argument, number) &&
               std::abs(number - pattern.number) <=
                   1e-4 * std::max(1e-4, std::abs(pattern.number)) &&
               next();
      case Pattern::Kind::kText:
        return argument == Argument{pattern.name} && next();
      case Pattern::Kind::kList: {
        const auto* list = std::get_if<std::vector<ValueRef>>(&argument);
        return list && list->size() == pattern.operands.size() && elements(pattern, *list, 0, next);
      }
      default: {
        const auto* value = std::get_if<ValueRef>(&argument);
        return value && value->present() && tensor(pattern, value->id, next);
      }
    }
  }

  bool elements(const Pattern& pattern, const std::vector<ValueRef>& list, std::size_t i,
                const Next& next) {
    if (i == list.size()) return next();
    return list[i].present() && tensor(pattern.operands[i], list[i].id,
                                       [&] { return elements(pattern, list, i + 1, next); });
  }

  // As it is, or behind a cast that is part of the match then.
  bool tensor(const Pattern& pattern, ValueId value, const Next& next) {
    if (straight(pattern, value, next)) return true;
    const NodeId maker = draft_.producer(value);
    return !nodes_.empty() && maker != kNone && draft_.is_free(maker) &&
           is_cast(draft_.node(maker)) &&
           with(maker, [&] { return straight(pattern, draft_.inputs(maker).front(), next); });
  }

  bool straight(const Pattern& pattern, ValueId value, const Next& next) {
    if (pattern.kind == Pattern::Kind::kTensor) return bind(pattern.name, value, next);
    if (pattern.kind == Pattern::Kind::kParameter) {
      return draft_.of_parameters(value) && bind(pattern.name, value, next);
    }
    if (pattern.kind != Pattern::Kind::kOperator) return false;
    if (pattern.through_plumbing) return behind_plumbing(pattern.operands.front(), value, next);
    const NodeId maker = draft_.producer(value);
    const bool fits = maker != kNone && draft_.is_free(maker) &&
                      (nodes_.empty() || !draft_.writes(maker)) &&
                      std::find(pattern.operators.begin(), pattern.operators.end(),
                                draft_.node(maker).op->name) != pattern.operators.end() &&
                      (pattern.operands.empty() || !scales_operand(draft_.node(maker)));
    if (pattern.optional) {
      if (fits && draft_.inputs(maker).size() == 1 && with(maker, [&] {
            return tensor(pattern.operands.front(), draft_.inputs(maker)[0], next);
          })) {
        return true;
      }
      return tensor(pattern.operands.front(), value, next);
    }
    return fits && with(maker, [&] { return operands(pattern, draft_.node(maker), next); });
  }

  bool operands(const Pattern& pattern, const Node& node, const Next& next) {
    if (pattern.operands.size() > node.arguments.size()) return false;
    if (in_order(pattern, node, 0, false, next)) return true;
    const bool commutes = node.op->name == "add" || node.op->name == "mul";
    return commutes && pattern.operands.size() >= 2 && in_order(pattern, node, 0, true, next);
  }

  bool in_order(const Pattern& pattern, const Node& node, std::size_t i, bool swapped,
                const Next& next) {
    if (i == pattern.operands.size()) return next();
    const std::size_t place = swapped && i < 2 ? 1 - i : i;
    return argument(pattern.operands[i], node.arguments[place],
                    [&] { return in_order(pattern, node, i + 1, swapped, next); });
  }

  bool behind_plumbing(const Pattern& pattern, ValueId value, const Next& next) {
    if (tensor(pattern, value, next)) return true;
    const NodeId maker = draft_.producer(value);
    return maker != kNone && draft_.is_free(maker) && is_plumbing(*draft_.node(maker).op) &&
           draft_.inputs(maker).size() == 1 &&
           with(maker, [&] { return behind_plumbing(pattern, draft_.inputs(maker)[0], next); });
  }

  bool with(NodeId node, const Next& next) {
    nodes_.push_back(node);
    if (next()) return true;
    nodes_.pop_back();
    return false;
  }

  const Draft& draft_;
  const std::function<bool(const Match&)>& accept_;
  std::vector<NodeId> nodes_;
  std::vector<std::pair<std::string, ValueId>> values_;
};

}  // namespace

bool find_match(const Draft& draft, const Pattern& pattern, NodeId root,
                const std::function<bool(const Match&)>& accept) {
  return Matcher(draft, accept).match_root(pattern, root);
}

}  // namespace strata
