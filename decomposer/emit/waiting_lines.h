#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "decomposer/emit/body.h"
#include "decomposer/emit/call.h"

namespace strata {

// An expression, made anew from its operands for each way to write them.
using BuildExpression = std::function<Expression(const OperandText&)>;

// The lines of a body as far as they are written, and the results that wait to be written where
// they are read.
class WaitingLines {
 public:
  // `names` and `component` must live as long as this.
  WaitingLines(const Component& component, const std::vector<std::string>& names);

  const std::string& name(LocalId id) const { return names_[static_cast<std::size_t>(id)]; }
  // How often a local is read, results of forward included; 0 for none.
  int readers(LocalId id) const { return id == kNone ? 0 : readers_[static_cast<std::size_t>(id)]; }
  // Columns of its declaration beside the expression.
  std::size_t declaration_length(LocalId id) const;

  // The expression itself while it waits, else the variable.
  Expression operand(ValueRef value) const;

  // Builds the expression with all operands that wait written inside it; those that make it too
  // long or too heavy get a line of their own first, the heaviest before the others. `around`:
  // columns that the rest of the line takes.
  Expression fitted(const std::vector<LocalId>& operands, const BuildExpression& build,
                    std::size_t around);

  // From now on the result waits.
  void hold(LocalId id, Expression expression);
  // Gives what waits its line: one result; those that weigh at least so much; all.
  void settle(LocalId id);
  void settle_heavy(const std::vector<LocalId>& ids, double weight);
  void settle_all();

  // A line that sets variables: what waits and reads one of them has its line before.
  void add(LineKind kind, std::vector<std::string> targets, const Expression& expression);
  // A line after which all variables are what they were.
  void add_plain(Line line) { lines_.push_back(std::move(line)); }

  // The result that waits would read `x = x + ...`, and be not the first to replace x.
  bool continues_variable(LocalId id) const;

  const std::vector<Line>& lines() const { return lines_; }

 private:
  const std::optional<Expression>& pending(LocalId id) const {
    return pending_[static_cast<std::size_t>(id)];
  }
  void count_readers(const Component& component);
  void release(LocalId id);

  const std::vector<std::string>& names_;
  std::set<std::string> members_;                   // names that are no variables
  std::vector<int> readers_;                        // per local
  std::vector<std::optional<Expression>> pending_;  // per local: what waits
  std::vector<LocalId> waiting_;                    // in the order of the body
  std::vector<Line> lines_;
};

}  // namespace strata
