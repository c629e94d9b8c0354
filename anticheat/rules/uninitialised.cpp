#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "anticheat/rules/rules.h"

namespace strata {
namespace {

using facts::Expression;
using facts::ExpressionKind;
using facts::Statement;
using facts::StatementKind;
using facts::Variable;

// Tensors, lists and tuples start as nothing; numbers, and arrays of them, hold what was there.
bool is_unwritten(const Statement& declaration, const Variable& variable) {
  using facts::TypeKind;
  const TypeKind kind = variable.type.kind;
  const bool number = kind == TypeKind::kBoolean || kind == TypeKind::kInteger ||
                      kind == TypeKind::kReal || kind == TypeKind::kDtype ||
                      kind == TypeKind::kOther;
  if (declaration.operands.empty()) return number;
  const Expression& value = declaration.operands.front();
  return variable.type.name.find("std::array<") != std::string::npos &&
         value.kind == ExpressionKind::kConstruct && value.operands.empty();
}

// What it looks at may be gone before it is.
bool is_view_of_a_list(const Variable& variable) {
  static constexpr std::array<std::string_view, 4> kViews = {
      "ArrayRef<", "IListRef<", "std::initializer_list<", "std::basic_string_view<"};
  return std::ranges::any_of(kViews, [&](std::string_view view) {
    return variable.type.name.find(view) != std::string::npos;
  });
}

void check_locals(const RuleContext& context, const facts::Function& function) {
  visit(function.body, [&](const Statement& statement) {
    if (statement.kind != StatementKind::kDeclare) return;
    for (const int index : statement.variables) {
      const Variable& variable = function.variables[static_cast<std::size_t>(index)];
      if (is_unwritten(statement, variable)) {
        report(context, "uninitialised", statement.place, statement.text,
               "a local number that nothing was written to");
      } else if (is_view_of_a_list(variable)) {
        report(context, "uninitialised", statement.place, statement.text,
               "a local view of numbers or tensors that may be gone: keep single sizes, or a "
               "std::vector");
      }
    }
  });
}

// Behind its end a list that was popped still has what was there.
void check_popped_lists(const RuleContext& context, const facts::Function& function) {
  std::set<int> popped;
  const auto list_of = [](const Expression& call, std::string_view method) {
    const bool is = call.callee == method && !call.operands.empty() &&
                    call.operands[0].kind == ExpressionKind::kVariable;
    return is ? call.operands[0].variable : -1;
  };
  visit_expressions(function.body, [&](const Expression& call) {
    popped.insert(list_of(call, "std::vector::pop_back"));
  });
  popped.erase(-1);
  visit_expressions(function.body, [&](const Expression& call) {
    if (popped.contains(list_of(call, "std::vector::operator[]")))
      report(context, "uninitialised", call.place, call.text,
             "an element, by its number, of a list that is also popped: use back() or at()",
             call.callee);
  });
}

}  // namespace

void check_uninitialised(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  check_dangers(context, "uninitialised", "memory that was not written");
  visit_functions(context.file, [&](const facts::Class* owner, const facts::Function& function) {
    if (owner == nullptr) return;
    check_locals(context, function);
    check_popped_lists(context, function);
  });
}

}  // namespace strata
