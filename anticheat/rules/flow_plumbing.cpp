#include "anticheat/rules/flow_plumbing.h"

#include <algorithm>
#include <set>

#include "anticheat/rules/rule.h"

namespace strata {
namespace {

using facts::Expression;
using facts::ExpressionKind;

constexpr std::size_t kMostTerms = 64;

// An operand in words that are equal only for equal operands; absent where that is not known.
std::optional<std::string> described(const FormNamer& namer, const Expression& operand,
                                     const FlowValue* value) {
  if (is_tensor_like(operand.type) && value != nullptr) {
    if (value->form) return value->form->text();
    std::string all;
    for (const FlowValue& element : value->elements) {
      if (!element.form) return std::nullopt;
      all += element.form->text();
    }
    return value->elements.empty() ? std::nullopt : std::optional(all);
  }
  if (const auto number = number_of(namer.known, operand)) return std::to_string(*number);
  if (operand.kind == ExpressionKind::kConstant || operand.kind == ExpressionKind::kLiteral)
    return operand.name + operand.text;
  if (operand.kind != ExpressionKind::kList && operand.kind != ExpressionKind::kConstruct)
    return std::nullopt;
  std::string all = "(";
  for (const Expression& part : operand.operands) {
    const std::optional<std::string> text = described(namer, part, nullptr);
    if (!text) return std::nullopt;
    all += *text + ",";
  }
  return all + ")";
}

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
      empty = empty || (part.callee == "at::indexing::Slice" && is_empty_range(known, part, 0));
    });
  }
  return empty;
}

std::optional<LinearForm> form_of(const FormNamer& namer, const std::string& name,
                                  const Expression& call, const std::vector<FlowValue>& inputs) {
  std::string rest;
  for (std::size_t i = 1; i < call.operands.size(); ++i) {
    const FlowValue* value = i < inputs.size() ? &inputs[i] : nullptr;
    const std::optional<std::string> text = described(namer, call.operands[i], value);
    if (!text) return std::nullopt;
    rest += " " + *text;
  }
  const bool moves = find_operator(namer.policy.plumbing, name) != nullptr && name != "masked_fill";
  if (moves && inputs[0].form && inputs[0].form->size() <= kMostTerms) {
    return inputs[0].form->mapped(
        [&](int atom) { return namer.atoms.of(name + rest + " of " + std::to_string(atom)); });
  }
  const std::optional<std::string> first =
      inputs.empty() ? std::string() : described(namer, call.operands[0], &inputs[0]);
  if (!first) return std::nullopt;
  return LinearForm::of_atom(namer.atoms.of(name + rest + " of " + *first));
}

FlowValue element_of(const FlowValue& list, std::optional<double> index) {
  if (index && *index >= 0 && *index < static_cast<double>(list.elements.size()))
    return list.elements[static_cast<std::size_t>(*index)];
  FlowValue any = list;
  any.elements.clear();
  any.form.reset();
  return any;
}

FlowValue follow_plumbing(const FormNamer& namer, const std::string& name, const Expression& call,
                          const std::vector<FlowValue>& inputs) {
  static const std::set<std::string> copies = {"clone", "contiguous", "to", "_to_copy", "type_as"};
  static const std::set<std::string> cutting = {
      "chunk", "diagonal",         "index",        "narrow", "operator[]", "select", "slice",
      "split", "split_with_sizes", "tensor_split", "unbind"};
  const auto number = [&](std::size_t i) {
    return i < call.operands.size() ? number_of(namer.known, call.operands[i]) : std::nullopt;
  };
  const FlowValue& first = inputs[0];
  // One of those that were stacked, and nothing of the others.
  const bool picks =
      (name == "operator[]" && number(1)) || (name == "select" && number(1) == 0.0 && number(2));
  if (picks && first.is_stack) return element_of(first, number(name == "select" ? 2 : 1));

  FlowValue value = list_of(inputs);
  value.elements.clear();
  value.form = copies.contains(name) ? first.form : form_of(namer, name, call, inputs);
  if (cutting.contains(name)) {
    const int whole =
        first.form ? namer.atoms.of("whole " + first.form->text()) : namer.atoms.unique();
    value.cuts.emplace(whole, 1);
  }
  if (name == "stack" && number(1).value_or(0) == 0) {
    value.elements = first.elements;
    value.is_stack = true;
  }
  return value;
}

}  // namespace strata
