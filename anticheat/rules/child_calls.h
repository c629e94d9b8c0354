#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "anticheat/facts/facts.h"
#include "anticheat/rules/construction.h"

namespace strata {

// Which of its children a forward calls.
class ChildCalls {
 public:
  void loop_over(int variable, const std::string& list) { loops_[variable] = list; }
  void count(int variable, int from, int to) { ranges_[variable] = {from, to}; }
  // `object`: the child, as it stands in the call.
  void called(const facts::Expression& object, const KnownNumbers& known);

  bool calls(const std::string& member) const { return members_.contains(member); }
  bool calls_all(const std::string& list) const { return whole_lists_.contains(list); }
  int calls_in(const std::string& list) const;  // how many of its children, by number

 private:
  std::map<int, std::string> loops_;           // loop variable: the list it runs over
  std::map<int, std::pair<int, int>> ranges_;  // loop variable: from, to
  std::set<std::string> members_;              // children that are one module
  std::set<std::string> whole_lists_;          // lists of which every child is called
  std::map<std::string, std::set<int>> elements_;
};

struct Uncalled {
  const facts::Member* member = nullptr;
  std::string problem;
};

// Members that hold children of which forward calls none, or not all.
std::vector<Uncalled> uncalled_children(const facts::Class& model, const Construction& construction,
                                        const ChildCalls& calls);

}  // namespace strata
