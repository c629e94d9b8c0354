#pragma once

#include <map>

#include "anticheat/rules/rule.h"

namespace strata {

// What the memory behind a tensor is a part of.
enum class WriteTarget { kLocal, kInput, kMember };

struct MemoryRoot {
  WriteTarget target = WriteTarget::kLocal;
  int variable = -1;  // the first variable that holds it
  bool operator==(const MemoryRoot&) const = default;
};

// Who holds which memory while one forward is followed: plumbing may be a view of its operand.
class MemoryRoots {
 public:
  explicit MemoryRoots(const RuleContext& context) : context_(context) {}

  void set(int variable, MemoryRoot root) { roots_[variable] = root; }
  // What a variable holds that is given this value.
  void assign(int variable, const facts::Expression& value) {
    roots_[variable] = root_of(value, variable);
  }
  // A local list that is given another element.
  void append(int list, const facts::Expression& element);
  // `holder`: the variable that gets the value, if any.
  MemoryRoot root_of(const facts::Expression& expression, int holder) const;
  std::vector<int> holders_of(MemoryRoot root) const;

 private:
  const RuleContext& context_;
  std::map<int, MemoryRoot> roots_;
};

// True for an operator that writes into its first operand: relu_, but not __and__.
bool writes(const CallRole& role);

}  // namespace strata
