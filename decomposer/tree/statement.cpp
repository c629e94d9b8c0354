#include "decomposer/tree/statement.h"

namespace strata {

std::vector<LocalId> read_by(const OperatorCall& call) {
  std::vector<LocalId> read;
  for (const Argument& argument : call.arguments) {
    for (const ValueRef value : tensors_in(argument)) read.push_back(value.id);
  }
  return read;
}

std::vector<LocalId> read_by(const Statement& statement) {
  if (const auto* call = std::get_if<ChildCall>(&statement)) return call->inputs;
  return read_by(std::get<OperatorCall>(statement));
}

const std::vector<LocalId>& made_by(const Statement& statement) {
  if (const auto* call = std::get_if<ChildCall>(&statement)) return call->outputs;
  return std::get<OperatorCall>(statement).outputs;
}

}  // namespace strata
