#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "anticheat/rules/linear_form.h"

namespace strata {

// The source that stands for forward's parameters and member tensors; others are indices into
// Flow::sites.
constexpr int kInputSource = -1;

// What is known of a tensor, a number, or a list of tensors at one point of forward.
struct FlowValue {
  // Where it comes from, and by what numbers that was multiplied on the way, at most.
  std::map<int, double> sources;
  int degree = 0;                   // activations multiplied together since the last child
  double magnitude = 1;             // of an element, where activations are about one
  std::optional<LinearForm> form;   // absent: it is equal to nothing else
  std::map<int, int> cuts;          // tensor (an atom): how many cuts of it were added up
  std::vector<FlowValue> elements;  // of a list, a tuple or a stack, where each is known
  bool is_stack = false;            // one tensor that holds the elements along its first dimension

  void depend_on(int source) { sources[source] = 1; }
  int most_cuts() const;
};

// Joins what two paths give, or the operands of one call.
void merge(FlowValue& into, const FlowValue& from);

// The value with everything in it multiplied by a number; the form is left out.
FlowValue scaled(FlowValue value, double factor);

// A list or tuple of these.
FlowValue list_of(std::vector<FlowValue> elements);

}  // namespace strata
