#include "decomposer/emit/waiting_lines.h"

#include <fmt/format.h>

#include <algorithm>

namespace strata {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kIndent = 4;
constexpr double kHeaviest = 6;  // Expression::weight of one line

}  // namespace

WaitingLines::WaitingLines(const Component& component, const std::vector<std::string>& names)
    : names_(names), readers_(component.locals.size(), 0), pending_(component.locals.size()) {
  for (const ComponentParameter& parameter : component.parameters) members_.insert(parameter.name);
  count_readers(component);
}

void WaitingLines::count_readers(const Component& component) {
  const auto count = [&](LocalId id) { ++readers_[static_cast<std::size_t>(id)]; };
  for (const Statement& statement : component.body) {
    if (const auto* call = std::get_if<OperatorCall>(&statement)) {
      for (const Argument& argument : call->arguments) {
        for (const ValueRef value : tensors_in(argument)) count(value.id);
      }
    } else {
      for (const LocalId id : std::get<ChildCall>(statement).inputs) count(id);
    }
  }
  for (const LocalId id : component.outputs) count(id);
}

std::size_t WaitingLines::declaration_length(LocalId id) const {
  return fmt::format("at::Tensor {} = ;", name(id)).size();
}

Expression WaitingLines::operand(ValueRef value) const {
  if (const auto& expression = pending(value.id)) return *expression;
  Expression variable{name(value.id), Binding::kPostfix, 0, {}};
  if (!members_.contains(name(value.id))) variable.reads.insert(name(value.id));
  return variable;
}

Expression WaitingLines::fitted(const std::vector<LocalId>& operands, const BuildExpression& build,
                                std::size_t around) {
  while (true) {
    Expression expression = build([&](ValueRef value) { return operand(value); });
    const std::size_t length = kIndent + around + without_marks(expression.text).size();
    const bool fits = length <= kColumns && expression.weight <= kHeaviest;
    std::size_t longest = 0;
    for (const LocalId id : operands) {
      if (pending(id) && pending(id)->weight > 0)
        longest = std::max(longest, pending(id)->text.size());
    }
    if (fits || longest == 0) {
      for (const LocalId id : operands) release(id);
      return expression;
    }
    // Siblings of about its length go with it: `query` beside `key`.
    for (const LocalId id : std::vector<LocalId>(waiting_)) {
      if (!pending(id) || std::ranges::find(operands, id) == operands.end()) continue;
      if (pending(id)->weight > 0 && 3 * pending(id)->text.size() >= 2 * longest) settle(id);
    }
  }
}

void WaitingLines::hold(LocalId id, Expression expression) {
  pending_[static_cast<std::size_t>(id)] = std::move(expression);
  waiting_.push_back(id);
}

void WaitingLines::release(LocalId id) {
  pending_[static_cast<std::size_t>(id)].reset();
  std::erase(waiting_, id);
}

void WaitingLines::settle(LocalId id) {
  if (!pending(id)) return;
  const Expression expression = *pending(id);
  release(id);
  add(LineKind::kSet, {name(id)}, expression);
}

void WaitingLines::settle_heavy(const std::vector<LocalId>& ids, double weight) {
  for (const LocalId id : ids) {
    if (pending(id) && pending(id)->weight >= weight) settle(id);
  }
}

void WaitingLines::settle_all() {
  while (!waiting_.empty()) settle(waiting_.front());
}

void WaitingLines::add(LineKind kind, std::vector<std::string> targets,
                       const Expression& expression) {
  for (const std::string& target : targets) {
    while (true) {
      const auto reader = std::ranges::find_if(
          waiting_, [&](LocalId id) { return pending(id)->reads.contains(target); });
      if (reader == waiting_.end()) break;
      settle(*reader);
    }
  }
  lines_.push_back({kind, std::move(targets), expression.text, expression.reads});
}

bool WaitingLines::continues_variable(LocalId id) const {
  if (!pending(id)) return false;
  const std::string& variable = name(id);
  const bool replaced = std::ranges::any_of(lines_, [&](const Line& line) {
    return std::ranges::find(line.targets, variable) != line.targets.end();
  });
  return replaced && pending(id)->reads.contains(variable) &&
         pending(id)->text.starts_with(variable + " ");
}

}  // namespace strata
