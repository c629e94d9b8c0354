#include "anticheat/rules/flow_plumbing.h"

#include <algorithm>
#include <set>
#include <vector>

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

// True where the numbers say that every element stays where it is: x.permute({0, 1}).
bool moves_nothing(const KnownNumbers& known, const std::string& name, const Expression& call) {
  std::vector<double> numbers;
  for (std::size_t i = 1; i < call.operands.size(); ++i) {
    const std::vector<double> inner = numbers_in(known, call.operands[i]);
    numbers.insert(numbers.end(), inner.begin(), inner.end());
  }
  if (name == "slice") return call.operands.size() <= 3 && (numbers.size() < 2 || numbers[1] == 0);
  if (numbers.empty()) return false;
  if (name == "repeat" || name == "tile")
    return std::ranges::all_of(numbers, [](double times) { return times == 1; });
  if (name != "permute") return false;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != static_cast<double>(i)) return false;
  }
  return true;
}

// The plumbing that takes this one back; "" where none is known to.
std::string way_back(const std::string& name, const std::string& rest) {
  static const std::set<std::string> own = {"t",         "numpy_T",  "mT",
                                            "transpose", "swapaxes", "swapdims"};
  if (name == "unsqueeze") return "squeeze" + rest;
  return own.contains(name) ? name + rest : "";
}

}  // namespace

bool copies(const std::string& name) {
  static const std::set<std::string> names = {"clone", "contiguous", "to", "_to_copy", "type_as"};
  return names.contains(name);
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
  if (moves && moves_nothing(namer.known, name, call)) return inputs[0].form;
  if (moves && inputs[0].form && inputs[0].form->size() <= kMostTerms) {
    const std::string back = way_back(name, rest);
    return inputs[0].form->mapped(
        [&](int atom) { return namer.atoms.moved(name + rest, back, atom); });
  }
  const std::optional<std::string> first =
      inputs.empty() ? std::string() : described(namer, call.operands[0], &inputs[0]);
  if (!first) return std::nullopt;
  return LinearForm::of_atom(namer.atoms.of(name + rest + " of " + *first));
}

FlowValue follow_plumbing(const FormNamer& namer, const std::string& name, const Expression& call,
                          const std::vector<FlowValue>& inputs) {
  static const std::set<std::string> cutting = {
      "chunk", "diagonal",         "index",        "narrow", "operator[]", "select", "slice",
      "split", "split_with_sizes", "tensor_split", "unbind"};
  const auto number = [&](std::size_t i) {
    return i < call.operands.size() ? number_of(namer.known, call.operands[i]) : std::nullopt;
  };
  const FlowValue& first = inputs[0];
  if (first.is_stack) {
    if (const auto part = part_of_stack(namer.known, name, call, first)) return *part;
  }

  FlowValue value = list_of(inputs);
  value.elements.clear();
  value.form = copies(name) ? first.form : form_of(namer, name, call, inputs);
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
