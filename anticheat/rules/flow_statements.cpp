#include <algorithm>

#include "anticheat/rules/flow_tracer.h"

namespace strata {

using facts::Expression;
using facts::Statement;
using facts::StatementKind;

void FlowTracer::execute(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kBlock:
      for (const Statement& part : statement.bodies) {
        if (!finished_) execute(part);
      }
      break;
    case StatementKind::kDeclare:
      declare(statement);
      break;
    case StatementKind::kExpression:
    case StatementKind::kOther:
      for (const Expression& operand : statement.operands) evaluate(operand);
      for (const Statement& body : statement.bodies) execute(body);
      break;
    case StatementKind::kIf:
      execute_choice(statement);
      break;
    case StatementKind::kForEach:
      execute_each(statement);
      break;
    case StatementKind::kCount:
      execute_count(statement);
      break;
    case StatementKind::kReturn:
      for (const Expression& operand : statement.operands) execute_return(operand);
      finished_ = true;
      break;
  }
}

void FlowTracer::execute_return(const Expression& result) {
  merge(returned_, evaluate(result));
  const bool one = result.type.kind == facts::TypeKind::kTensor;
  returned_roots_.push_back(one ? variables_.root_of(result) : MemoryRoot{});
}

void FlowTracer::declare(const Statement& statement) {
  FlowValue value;
  if (!statement.operands.empty()) value = evaluate(statement.operands[0]);
  variables_.assign_parts(statement.variables, value,
                          statement.operands.empty() ? nullptr : &statement.operands[0]);
  for (const int variable : statement.variables) known_.variables.erase(variable);
  if (statement.variables.size() != 1 || statement.operands.empty()) return;
  const int variable = statement.variables[0];
  if (const auto number = number_of(known_, statement.operands[0])) {
    known_.variables[variable] =
        as_type(*number, forward_.variables[static_cast<std::size_t>(variable)].type);
  }
}

void FlowTracer::execute_choice(const Statement& statement) {
  if (const std::optional<double> condition = number_of(known_, statement.operands[0])) {
    const std::size_t live = *condition != 0 ? 0 : 1;
    if (live < statement.bodies.size()) execute(statement.bodies[live]);
    return;
  }
  // What is chosen depends on it.
  merge(returned_, evaluate(statement.operands[0]));
  const FlowVariables::Values before = variables_.values();
  execute(statement.bodies[0]);
  const FlowVariables::Values after = variables_.values();
  const bool first_finished = finished_;
  finished_ = false;
  variables_.restore(before);
  if (statement.bodies.size() > 1) execute(statement.bodies[1]);
  const bool second_finished = finished_;
  finished_ = first_finished && second_finished;
  if (first_finished) return;
  if (second_finished) variables_.restore({});
  variables_.join(after);
}

void FlowTracer::execute_each(const Statement& statement) {
  const std::string list = statement.operands[0].name;
  children_.loop_over(statement.variables[0], list);
  const auto length = known_.list_lengths.find(list);
  repeat(statement, length == known_.list_lengths.end() ? -1 : length->second, std::nullopt);
}

void FlowTracer::execute_count(const Statement& statement) {
  const std::optional<double> from = number_of(known_, statement.operands[0]);
  const std::optional<double> to = number_of(known_, statement.operands[1]);
  if (from && to)
    children_.count(statement.variables[0], static_cast<int>(*from), static_cast<int>(*to));
  repeat(statement, from && to ? std::max(static_cast<int>(*to - *from), 0) : -1, from);
}

void FlowTracer::repeat(const Statement& loop, int trips, std::optional<double> from) {
  constexpr int kMostRounds = 6;
  if (trips == 0) return;
  const int rounds = trips < 0 ? kMostRounds : std::min(trips, kMostRounds);
  trips_ *= std::max(trips, 1);
  ++loops_;
  for (int round = 0; round < rounds && !finished_; ++round) {
    ++round_;
    if (from) known_.variables[loop.variables[0]] = *from + round;
    execute(loop.bodies[0]);
  }
  known_.variables.erase(loop.variables[0]);
  --loops_;
  trips_ /= std::max(trips, 1);
}

}  // namespace strata
