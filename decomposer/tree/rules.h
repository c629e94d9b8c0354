#pragma once

#include <string>
#include <vector>

#include "decomposer/tree/well_formed.h"

namespace strata {

// The groups of rules that well_formed.cpp numbers. Each adds what it finds; the later groups rely
// on the earlier ones having found no broken reference.

// Indices that lead nowhere: parts of T2, T8, T10, T14, T15 and T16. False when there is one.
bool check_references(const Tree& tree, std::vector<TreeViolation>& found);
// T1 to T13.
void check_components(const Tree& tree, std::vector<TreeViolation>& found);
// T14 to T17.
void check_instances(const Tree& tree, std::vector<TreeViolation>& found);
// T18 to T22. The instances' tables must be complete (T16).
void check_against_graph(const Tree& tree, const Graph& graph, std::vector<TreeViolation>& found);

// How a violation names an instance: its path, or "root".
std::string subject_of(const Instance& instance);

}  // namespace strata
