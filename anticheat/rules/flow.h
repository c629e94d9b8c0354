#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "anticheat/rules/rule.h"

namespace strata {

// Where the results of a forward come from, followed through locals, branches on settings, and
// loops.
struct Flow {
  // Calls of children and operators, in source order, and whether their results reach a returned
  // value.
  struct Site {
    const facts::Expression* call = nullptr;
    CallRole role;
    bool reaches_output = false;
    int trips = 1;  // how often one call of forward runs it
  };
  std::vector<Site> sites;
  // Calls that write into a tensor, and what the tensor is a part of.
  enum class Target { kLocal, kInput, kMember };
  struct Write {
    const facts::Expression* call = nullptr;
    Target target = Target::kLocal;
  };
  std::vector<Write> writes;
  std::set<std::string> members_called;                  // children that are one module
  std::map<std::string, std::set<int>> elements_called;  // of lists: which
  std::set<std::string> lists_called;                    // lists of which every element is called
  bool output_needs_input = false;  // some returned value depends on the elements of a parameter of
                                    // forward, or of a member tensor
  int highest_degree = 0;           // of activations multiplied together between two children
  const facts::Expression* highest = nullptr;
};

Flow trace(const RuleContext& context, const facts::Class& model, const facts::Function& forward);

// True when a call of this class's forward changes a buffer of it or of a child of it: it matters
// even where its result is not used.
bool has_effect(const RuleContext& context, const std::string& class_file);

// Numbers that the constructor gives to members, where they are known.
std::map<std::string, double> known_settings(const facts::Class& model);
// How many children the constructor puts into each list; -1 where it is not known.
std::map<std::string, int> list_lengths(const facts::Class& model);

}  // namespace strata
