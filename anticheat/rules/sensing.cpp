#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "anticheat/rules/rules.h"

namespace strata {
namespace {

using facts::Expression;
using facts::ExpressionKind;

// How many elements an operator's result has, by what its operands hold.
enum class Found : std::uint8_t { kNever, kPerhaps, kAlways };

Found found_by(const Policy& policy, const Expression& call) {
  static const std::set<std::string> kAlways = {
      "_unique", "_unique2",   "argwhere",           "bincount",      "masked_select",
      "nonzero", "unique_dim", "unique_consecutive", "nonzero_numpy", "unique_dim_consecutive"};
  // By a mask, by repeats that are a tensor, without a number of classes.
  static const std::set<std::string> kPerhaps = {"index", "one_hot", "repeat_interleave"};
  const std::string name = operator_name(policy, call.callee, call.operands.size());
  if (kAlways.contains(name) || (name == "where" && call.operands.size() == 1))
    return Found::kAlways;
  return kPerhaps.contains(name) ? Found::kPerhaps : Found::kNever;
}

Found found_in(const facts::Project& project, const Policy& policy) {
  Found most = Found::kNever;
  for (const facts::File& file : project.files) {
    if (!is_component(file.profile)) continue;
    visit_functions(file, [&](const facts::Class*, const facts::Function& function) {
      visit_expressions(function.body, [&](const Expression& call) {
        most = std::max(most, found_by(policy, call));
      });
    });
  }
  return most;
}

bool is_given(const facts::Function& function, const Expression& value) {
  return value.kind == ExpressionKind::kMember ||
         (value.kind == ExpressionKind::kVariable &&
          function.variables[static_cast<std::size_t>(value.variable)].is_parameter);
}

// Of a tensor, or how many tensors a list of them has.
bool asks_for_a_size(const RuleContext& context, const Expression& call) {
  if (call.kind != ExpressionKind::kCall || call.operands.empty()) return false;
  if (call.callee == "std::vector::size")
    return call.operands[0].type.kind == facts::TypeKind::kTensorList;
  return role_of(context, call).kind == CallKind::kShapeQuery &&
         (call.callee.ends_with("::size") || call.callee.ends_with("::sizes"));
}

// Where an operator makes as many elements as it finds, a size is a value that was read. Where it
// perhaps does, what is given to the component still has the size that it always has.
void check_sizes(const RuleContext& context) {
  std::vector<const Expression*> of_given;
  std::vector<const Expression*> of_others;
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr) return;
    visit_expressions(function.body, [&](const Expression& call) {
      if (!asks_for_a_size(context, call)) return;
      (is_given(function, call.operands[0]) ? of_given : of_others).push_back(&call);
    });
  });
  if (of_given.empty() && of_others.empty()) return;  // as nearly always: no look at all files
  const Found found = found_in(context.project, context.policy);
  const auto refuse = [&](const Expression* call) {
    report(context, "sensing", call->place, call->text,
           "a size that may depend on values, for an operator gives as many elements as it finds: "
           "write the number",
           call->callee);
  };
  if (found == Found::kAlways) std::ranges::for_each(of_given, refuse);
  if (found != Found::kNever) std::ranges::for_each(of_others, refuse);
}

}  // namespace

void check_sensing(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  check_dangers(context, "sensing",
                "a question that only a program asks that wants to behave differently");
  check_sizes(context);
}

}  // namespace strata
