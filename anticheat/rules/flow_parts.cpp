#include "anticheat/rules/flow_parts.h"

#include <algorithm>
#include <set>

#include "anticheat/rules/rule.h"

namespace strata {

using facts::Expression;
using facts::ExpressionKind;

namespace {

// The numbers from `first` on are the ends of an empty range; None is the start.
bool is_empty_range(const KnownNumbers& known, const Expression& call, std::size_t first) {
  if (call.operands.size() < first + 2) return false;
  const Expression& start = call.operands[first];
  const std::optional<double> from = number_of(known, start);
  const std::optional<double> to = number_of(known, call.operands[first + 1]);
  const bool from_start = !from && start.text.ends_with("None");
  if (!to || (!from && !from_start)) return false;
  const double begin = from.value_or(0);
  return *to <= begin && (*to >= 0) == (begin >= 0);
}

// A size or a count of zero among the numbers and lists from the second operand on.
bool holds_zero(const KnownNumbers& known, const Expression& sizes) {
  if (const std::optional<double> size = number_of(known, sizes)) return *size == 0;
  bool zero = false;
  if (sizes.kind != ExpressionKind::kList && sizes.kind != ExpressionKind::kConstruct) return zero;
  for (const Expression& part : sizes.operands) zero = zero || holds_zero(known, part);
  return zero;
}

// True where a tensor is split at a place that is known not to lie behind the one before.
bool leaves_a_gap(const KnownNumbers& known, const Expression& places, double& before) {
  if (const std::optional<double> place = number_of(known, places)) {
    const bool gap = *place <= before;
    before = *place;
    return gap;
  }
  bool gap = false;
  if (places.kind != ExpressionKind::kList && places.kind != ExpressionKind::kConstruct) return gap;
  for (const Expression& part : places.operands) gap = leaves_a_gap(known, part, before) || gap;
  return gap;
}

}  // namespace

bool picks_nothing(const KnownNumbers& known, const std::string& name, const Expression& call) {
  static const std::set<std::string> sized = {"_unsafe_view", "broadcast_to", "expand",
                                              "expand_copy",  "repeat",       "repeat_interleave",
                                              "reshape",      "tile",         "view"};
  const auto operand = [&](std::size_t i) {
    return i < call.operands.size() ? number_of(known, call.operands[i]) : std::nullopt;
  };
  if (name == "narrow") return operand(3) == 0.0;
  if (name == "tensor_split" && call.operands.size() > 1) {
    double before = 0;
    return leaves_a_gap(known, call.operands[1], before);
  }
  if (name == "slice") return is_empty_range(known, call, 2);
  if ((name == "split_with_sizes" || name == "split" || sized.contains(name)) &&
      call.operands.size() > 1)
    return holds_zero(known, call.operands[1]);
  bool empty = false;
  if (name != "index") return empty;
  for (const Expression& index : call.operands) {
    visit(index, [&](const Expression& part) {
      const bool never =
          part.type.kind == facts::TypeKind::kBoolean && number_of(known, part) == 0.0;
      empty = empty || never ||
              (part.callee == "at::indexing::Slice" && is_empty_range(known, part, 0));
    });
  }
  return empty;
}

FlowValue element_of(const FlowValue& list, std::optional<double> index) {
  if (index && *index >= 0 && *index < static_cast<double>(list.elements.size()))
    return list.elements[static_cast<std::size_t>(*index)];
  FlowValue any = list;
  any.elements.clear();
  any.form.reset();
  return any;
}

std::optional<FlowValue> part_of_stack(const KnownNumbers& known, const std::string& name,
                                       const Expression& call, const FlowValue& stack) {
  const auto count = static_cast<double>(stack.elements.size());
  const auto number = [&](std::size_t i) {
    return i < call.operands.size() ? number_of(known, call.operands[i]) : std::nullopt;
  };
  const auto one = [&](std::optional<double> index) {
    if (index && *index < 0) *index += count;
    return index ? std::optional(element_of(stack, index)) : std::nullopt;
  };
  const auto some = [&](double from, double to) {
    const auto start = static_cast<std::ptrdiff_t>(std::clamp(from, 0.0, count));
    const auto end = static_cast<std::ptrdiff_t>(std::clamp(to, from, count));
    const auto begin = stack.elements.begin();
    FlowValue part = list_of(std::vector<FlowValue>(begin + start, begin + end));
    part.is_stack = true;
    return part;
  };
  if (name == "operator[]" || name == "index") return one(number(1));
  if (name == "unbind" && number(1).value_or(0) == 0) return list_of(stack.elements);
  if (number(1) != 0.0) return std::nullopt;
  if (name == "select") return one(number(2));
  if (name == "squeeze" && stack.elements.size() == 1) return stack.elements[0];
  if (name == "narrow" && number(2) && number(3)) return some(*number(2), *number(2) + *number(3));
  if (name == "slice" && number(2) && call.operands.size() < 5)
    return some(*number(2), number(3).value_or(count));
  return std::nullopt;
}

std::vector<double> numbers_in(const KnownNumbers& known, const Expression& expression) {
  if (const auto number = number_of(known, expression)) return {*number};
  std::vector<double> numbers;
  for (const Expression& part : expression.operands) {
    const std::vector<double> inner = numbers_in(known, part);
    numbers.insert(numbers.end(), inner.begin(), inner.end());
  }
  return numbers;
}

}  // namespace strata
