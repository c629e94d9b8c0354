#pragma once

#include <string>
#include <vector>

#include "decomposer/graph/graph.h"

namespace strata {

// A rule that a Graph breaks. The rules are numbered in well_formed.cpp.
struct GraphViolation {
  std::string rule;     // "G5"
  std::string subject;  // a node's, value's, frame's or parameter's name
  std::string message;
};

// All rules that the graph breaks; safe on any graph, ids out of range included. When an id is out
// of range (G1), only such violations are returned.
std::vector<GraphViolation> violations_of(const Graph& graph);

// Throws Error{"graph.malformed"} that names the first violation and counts the rest; returns when
// there is none.
void require_well_formed(const Graph& graph);

}  // namespace strata
