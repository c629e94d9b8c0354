#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "anticheat/rules/child_effect.h"
#include "anticheat/rules/flow.h"
#include "anticheat/rules/flow_plumbing.h"
#include "anticheat/rules/flow_variables.h"

namespace strata {

// Follows one forward: statement by statement, branches both ways, loops a few rounds.
class FlowTracer {
 public:
  FlowTracer(const RuleContext& context, const facts::Function& forward, const KnownNumbers& known);

  Flow run();

 private:
  // flow_statements.cpp
  void execute(const facts::Statement& statement);
  void declare(const facts::Statement& statement);
  void execute_choice(const facts::Statement& statement);
  void execute_each(const facts::Statement& statement);
  void execute_count(const facts::Statement& statement);
  void execute_return(const facts::Expression& result);
  // A few rounds show what one round hands to the next; -1 trips are as many as nobody knows.
  void repeat(const facts::Statement& loop, int trips, std::optional<double> from);

  // flow_expressions.cpp
  FlowValue evaluate(const facts::Expression& expression);
  std::vector<FlowValue> evaluate_each(const std::vector<facts::Expression>& operands);
  FlowValue evaluate_list(const std::vector<facts::Expression>& operands);
  FlowValue evaluate_standard(const facts::Expression& call);
  void append(int list, const facts::Expression& element);
  void take_last(int list);
  FlowValue assign(const facts::Expression& call);
  FlowValue input(const std::string& name);

  // flow_calls.cpp
  FlowValue evaluate_call(const facts::Expression& call);
  FlowValue evaluate_child(const facts::Expression& call, const CallRole& role);
  void change_by_child(const facts::Expression& call, const std::vector<FlowValue>& inputs,
                       const FlowValue& value, int source);
  FlowValue evaluate_operator(const facts::Expression& call, const CallRole& role);
  FlowValue evaluate_plumbing(const facts::Expression& call, const CallRole& role);
  void note_write(const Flow::Write& write);
  int site(const facts::Expression& call, const CallRole& role);
  FormNamer namer() { return {context_.policy, known_, atoms_}; }

  // flow_arithmetic_calls.cpp
  FlowValue evaluate_arithmetic(const facts::Expression& call, const CallRole& role);
  bool is_tiny_at_any_size(const facts::Expression& call, const std::string& name,
                           double smallest) const;

  const RuleContext& context_;
  const facts::Function& forward_;
  KnownNumbers known_;
  ChildCalls children_;
  Atoms atoms_;
  FlowVariables variables_;
  std::map<std::string, ChildEffect> effects_;  // by file
  FlowValue returned_;
  std::vector<MemoryRoot> returned_roots_;
  bool finished_ = false;  // a return was certainly reached
  int trips_ = 1;
  int loops_ = 0;  // around what is being executed
  int round_ = 0;  // of any loop, counted on
  Flow flow_;
};

}  // namespace strata
