#include "anticheat/rules/flow_tracer.h"

namespace strata {

using facts::Expression;
using facts::ExpressionKind;

FlowValue FlowTracer::evaluate(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::kVariable:
      return variables_.value_of(expression.variable);
    case ExpressionKind::kMember:
      return is_tensor_like(expression.type) ? input("member " + expression.name) : FlowValue{};
    case ExpressionKind::kConditional: {
      const std::optional<double> condition = number_of(known_, expression.operands[0]);
      if (condition) return evaluate(expression.operands[*condition != 0 ? 1 : 2]);
      FlowValue value = evaluate(expression.operands[1]);
      merge(value, evaluate(expression.operands[2]));
      return value;
    }
    case ExpressionKind::kCall:
      return evaluate_call(expression);
    case ExpressionKind::kConstruct:
    case ExpressionKind::kList:
      if (expression.operands.size() == 1 && expression.operands[0].kind == ExpressionKind::kList)
        return evaluate(expression.operands[0]);
      return evaluate_list(expression.operands);
    default:
      return evaluate_list(expression.operands);
  }
}

std::vector<FlowValue> FlowTracer::evaluate_each(const std::vector<Expression>& operands) {
  std::vector<FlowValue> values;
  for (const Expression& operand : operands) values.push_back(evaluate(operand));
  return values;
}

FlowValue FlowTracer::evaluate_list(const std::vector<Expression>& operands) {
  return list_of(evaluate_each(operands));
}

FlowValue FlowTracer::evaluate_standard(const Expression& call) {
  if (call.callee == "std::vector::push_back" && call.operands.size() == 2 &&
      call.operands[0].kind == ExpressionKind::kVariable) {
    append(call.operands[0].variable, call.operands[1]);
    return {};
  }
  if (call.callee == "std::vector::pop_back" &&
      call.operands[0].kind == ExpressionKind::kVariable) {
    take_last(call.operands[0].variable);
    return {};
  }
  if (call.callee == "std::make_tuple") return evaluate_list(call.operands);
  if (call.operands.empty()) return {};
  FlowValue list = evaluate(call.operands[0]);
  if (call.callee == "std::move") return list;
  if (call.callee == "std::get") return element_of(list, std::stod(call.name));
  const bool picks = call.callee == "std::vector::operator[]" || call.callee == "std::vector::at";
  if (picks && call.operands.size() == 2)
    return element_of(list, number_of(known_, call.operands[1]));
  if (call.callee == "std::vector::front") return element_of(list, 0);
  if (call.callee == "std::vector::back")
    return element_of(list, static_cast<double>(list.elements.size()) - 1);
  return evaluate_list(call.operands);
}

// In a loop nobody knows which one it is.
void FlowTracer::take_last(int list) {
  std::vector<FlowValue>& elements = variables_.value(list).elements;
  if (loops_ > 0) elements.clear();
  if (elements.empty()) return;
  std::vector<FlowValue> left(elements.begin(), elements.end() - 1);
  variables_.value(list) = list_of(std::move(left));
}

void FlowTracer::append(int list, const Expression& element) {
  variables_.append(list, element);
  FlowValue& value = variables_.value(list);
  const bool known = loops_ == 0 && (!value.elements.empty() || value.sources.empty());
  std::vector<FlowValue> elements = std::move(value.elements);
  value.elements.clear();
  const FlowValue added = evaluate(element);
  elements.push_back(added);
  if (known) {
    variables_.value(list) = list_of(std::move(elements));
  } else {
    merge(variables_.value(list), added);
  }
}

FlowValue FlowTracer::assign(const Expression& call) {
  const Expression& target = call.operands[0];
  const FlowValue value = call.operands.size() > 1 ? evaluate(call.operands[1]) : FlowValue{};
  if (target.kind == ExpressionKind::kVariable) {
    variables_.assign(target.variable, value, &call.operands[1]);
  } else if (target.callee == "std::tie") {
    std::vector<int> variables;
    for (const Expression& part : target.operands) {
      if (part.kind == ExpressionKind::kVariable) variables.push_back(part.variable);
    }
    variables_.assign_parts(variables, value, &call.operands[1]);
  }
  return value;
}

FlowValue FlowTracer::input(const std::string& name) {
  FlowValue value;
  value.depend_on(kInputSource);
  value.degree = 1;
  value.form = LinearForm::of_atom(atoms_.of(name));
  return value;
}

}  // namespace strata
