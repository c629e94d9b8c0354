#include "anticheat/rules/rules.h"

#include <cmath>

namespace strata {

namespace {

bool is_same(const facts::Expression& a, const facts::Expression& b) {
  if (a.kind != b.kind || a.name != b.name || a.callee != b.callee || a.variable != b.variable ||
      a.value != b.value || a.operands.size() != b.operands.size() ||
      a.kind == facts::ExpressionKind::kOther) {
    return false;
  }
  for (std::size_t i = 0; i < a.operands.size(); ++i) {
    if (!is_same(a.operands[i], b.operands[i])) return false;
  }
  return true;
}

// x.slice(1, 0, 0), x.narrow(1, 0, 0), Slice(3, 3): nothing is picked.
bool picks_nothing(const RuleContext& context, const facts::Expression& call) {
  const std::string name = operator_name(context.policy, call.callee, call.operands.size());
  const auto number = [&](std::size_t i) {
    return i < call.operands.size() ? known_number(call.operands[i]) : std::nullopt;
  };
  if (name == "narrow") return number(3) == 0.0;
  const std::size_t first = call.callee == "at::indexing::Slice" ? 0 : 2;
  if (name != "slice" && first == 2) return false;
  const auto from = number(first);
  const auto to = number(first + 1);
  return from && to && *to <= *from && (*from >= 0) == (*to >= 0);
}

}  // namespace

// Products with zero, differences of a value and itself, powers of zero: a child that is called and
// then wiped out.
void check_vanishing(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr) return;
    visit_expressions(function.body, [&](const facts::Expression& call) {
      if (picks_nothing(context, call)) {
        report(context, "vanishing", call.place, call.text, "picks no elements", call.callee);
      }
      if (call.kind != facts::ExpressionKind::kCall ||
          role_of(context, call).kind != CallKind::kArithmetic)
        return;
      if (call.operands.size() < 2) return;
      const std::string name = role_of(context, call).name;
      const auto left = known_number(call.operands[0]);
      const auto right = known_number(call.operands[1]);
      const double tiny = context.policy.smallest_factor;
      bool vanishes = false;
      if (name == "mul")
        vanishes = (left && !(std::abs(*left) >= tiny)) || (right && !(std::abs(*right) >= tiny));
      if (name == "div")
        vanishes = (left && !(std::abs(*left) >= tiny)) ||
                   (right && !(std::abs(*right) <= 1 / tiny)) ||
                   is_same(call.operands[0], call.operands[1]);
      if (name == "sub" || name == "rsub") vanishes = is_same(call.operands[0], call.operands[1]);
      if (name == "pow") vanishes = right && std::abs(*right) < tiny;
      if ((name == "add" || name == "sub") && call.operands.size() > 2) {
        const auto alpha = known_number(call.operands[2]);
        vanishes = vanishes || (alpha && !(std::abs(*alpha) >= tiny));
      }
      if (vanishes)
        report(context, "vanishing", call.place, call.text, "nothing is left of an operand",
               call.callee);
    });
  });
}

}  // namespace strata
