#pragma once

#include <map>
#include <vector>

#include "anticheat/rules/rule.h"

namespace strata {

// What the memory behind a tensor is a part of.
enum class WriteTarget { kLocal, kInput, kMember };

struct MemoryRoot {
  WriteTarget target = WriteTarget::kLocal;
  int variable = -1;     // the first variable that holds it
  bool is_view = true;   // false where it may be a copy
  bool is_whole = true;  // false where it may be a part
};

bool same_memory(const MemoryRoot& a, const MemoryRoot& b);

// Who holds which memory while one forward is followed: plumbing may be a view of its operand.
class MemoryRoots {
 public:
  explicit MemoryRoots(const RuleContext& context) : context_(context) {}

  void set(int variable, MemoryRoot root) { roots_[variable] = root; }
  // What a variable holds that is given this value.
  void assign(int variable, const facts::Expression& value);
  const MemoryRoot& held_by(int variable) const { return roots_.at(variable); }
  // What a call of a child answers with, where that is not memory of its own.
  void set_result(const facts::Expression& call, MemoryRoot root) { results_[&call] = root; }
  // A local list that is given another element.
  void append(int list, const facts::Expression& element);
  // `holder`: the variable that gets the value, if any.
  MemoryRoot root_of(const facts::Expression& expression, int holder) const;
  std::vector<int> holders_of(MemoryRoot root) const;

 private:
  const RuleContext& context_;
  std::map<int, MemoryRoot> roots_;
  std::map<const facts::Expression*, MemoryRoot> results_;
};

// True for an operator that writes into its first operand: relu_ and +=, but not __and__.
bool writes(const CallRole& role);
// True for one that leaves nothing of what was there: copy_, fill_, zero_.
bool overwrites(const CallRole& role);

}  // namespace strata
