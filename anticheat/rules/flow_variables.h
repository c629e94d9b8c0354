#pragma once

#include <map>
#include <optional>
#include <vector>

#include "anticheat/rules/flow_value.h"
#include "anticheat/rules/memory_roots.h"

namespace strata {

// What the variables of one forward hold, and whose memory that is.
class FlowVariables {
 public:
  FlowVariables(const RuleContext& context, const facts::Function& forward, Atoms& atoms)
      : forward_(forward), atoms_(atoms), roots_(context) {}

  void set_input(int variable, FlowValue value);
  FlowValue value_of(int variable) const;
  FlowValue& value(int variable) { return values_[variable]; }
  // A variable that is made or given another value; null: it is made from nothing.
  void assign(int variable, FlowValue value, const facts::Expression* from);
  // Several variables get the parts of a tuple.
  void assign_parts(const std::vector<int>& variables, const FlowValue& value,
                    const facts::Expression* from);
  void append(int list, const facts::Expression& element) { roots_.append(list, element); }

  // Writes into the memory behind a tensor, and tells whose it is. `overwrites`: nothing of what
  // was there is left.
  MemoryRoot write(const facts::Expression& target, const FlowValue& written, bool overwrites);
  // A change that stays after the call.
  void keep(const FlowValue& written) { merge(kept_, written); }
  // All that stays after the call: what was written into inputs and buffers.
  FlowValue kept() const;

  MemoryRoot root_of(const facts::Expression& expression) const {
    return roots_.root_of(expression, -1);
  }
  void set_result(const facts::Expression& call, MemoryRoot root) { roots_.set_result(call, root); }

  // For two paths: the values before, and the joint values after.
  using Values = std::map<int, FlowValue>;
  const Values& values() const { return values_; }
  void restore(Values values) { values_ = std::move(values); }
  void join(const Values& other);

 private:
  const facts::Function& forward_;
  Atoms& atoms_;
  Values values_;
  MemoryRoots roots_;
  FlowValue kept_;
  std::map<int, FlowValue> written_inputs_;
};

}  // namespace strata
