#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "anticheat/rules/child_calls.h"
#include "anticheat/rules/construction.h"
#include "anticheat/rules/memory_roots.h"
#include "anticheat/rules/rule.h"

namespace strata {

// Where the results of a forward come from, followed through locals, branches on settings, and
// loops.
struct Flow {
  // Calls of children and operators, in source order, and whether their results reach a returned
  // value, a buffer, or an input that is written.
  struct Site {
    const facts::Expression* call = nullptr;
    CallRole role;
    bool reaches_output = false;
    int trips = 1;  // how often one call of forward runs it
  };
  std::vector<Site> sites;
  // Calls that write into a tensor, those of children included, and what the tensor is a part of.
  struct Write {
    const facts::Expression* call = nullptr;
    MemoryRoot root;
    bool overwrites = false;  // nothing of what was there is left
  };
  std::vector<Write> writes;
  // Arithmetic after which next to nothing is left of an operand, and why.
  std::map<const facts::Expression*, std::string> vanishing;
  ChildCalls children;
  std::optional<int> returned_input;  // the input that every returned value is a view of
  bool output_needs_input = false;  // some returned value depends on the elements of a parameter of
                                    // forward, or of a member tensor
  int highest_degree = 0;           // of activations multiplied together between two children
  const facts::Expression* highest = nullptr;
  int most_cuts = 1;  // of one tensor, that are added up
  // Where more parts of one tensor are added up than the policy's bound: sums written out.
  std::set<const facts::Expression*> unrolled;
  const facts::Expression* most_cuts_at = nullptr;
};

// `known`: the component's settings and list lengths, as construct() gives them.
Flow trace(const RuleContext& context, const facts::Function& forward, const KnownNumbers& known);
// As the component is by itself: what its constructor is given is not known.
Flow trace(const RuleContext& context, const facts::Class& model, const facts::Function& forward);

}  // namespace strata
