#include "anticheat/rules/operands.h"

namespace strata {

using facts::Expression;
using facts::ExpressionKind;
using facts::TypeKind;

namespace {

// A tensor anywhere inside, but not where only its shape is asked for.
bool holds_tensor(const RuleContext& context, const Expression& expression) {
  if (expression.kind == ExpressionKind::kCall &&
      role_of(context, expression).kind == CallKind::kShapeQuery)
    return false;
  if (is_tensor_like(expression.type) && expression.type.name.find("nullopt") == std::string::npos)
    return true;
  for (const Expression& operand : expression.operands) {
    if (holds_tensor(context, operand)) return true;
  }
  return false;
}

}  // namespace

bool is_index(const RuleContext& context, const Expression& call) {
  const std::string name = operator_name(context.policy, call.callee, call.operands.size());
  return name == "operator[]" || name == "index" || name == "select";
}

std::string operand_problem(const RuleContext& context, const Expression& call) {
  const CallRole role = role_of(context, call);
  if (role.kind != CallKind::kPlumbing && role.kind != CallKind::kArithmetic) return "";
  const auto& entries =
      role.kind == CallKind::kPlumbing ? context.policy.plumbing : context.policy.arithmetic;
  const OperatorEntry* entry = find_operator(entries, role.name);
  if (entry == nullptr) return "";
  bool any_tensor = false;
  for (std::size_t i = 0; i < call.operands.size(); ++i) {
    const Expression& operand = call.operands[i];
    const bool open_end = entry->operands.ends_with('#') || entry->operands.ends_with('D');
    const char expected = i < entry->operands.size() ? entry->operands[i]
                          : open_end                 ? entry->operands.back()
                                                     : '\0';
    const bool tensor = holds_tensor(context, operand);
    any_tensor = any_tensor || tensor;
    const std::string which = "operand " + std::to_string(i + 1) + " of '" + role.name + "'";
    if (expected == '\0') return which + " is one too many";
    if ((expected == '#' || expected == 'D') && tensor)
      return which + " must be a number, not a tensor";
    if (expected == '#' && operand.type.kind == TypeKind::kDtype)
      return which + " must be a number, not a dtype";
    if (expected == 'T' && operand.type.kind != TypeKind::kTensor)
      return which + " must be a tensor";
    if (expected == 'L' && operand.type.kind != TypeKind::kTensorList &&
        operand.kind != ExpressionKind::kList)
      return which + " must be a list of tensors";
    if (expected == 'X' && tensor && operand.type.kind != TypeKind::kTensor)
      return which + " must be a tensor or a number";
  }
  return any_tensor ? "" : "'" + role.name + "' is given no tensor";
}

}  // namespace strata
