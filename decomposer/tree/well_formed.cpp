#include "decomposer/tree/well_formed.h"

#include <fmt/format.h>

#include <algorithm>

#include "decomposer/tree/rules.h"
#include "kernels_l0/error.h"

// What is true of every Tree. That each component is convex follows from T8: its parent runs it as
// one statement, after all that it reads and before all that reads it.
//
// clang-format off
// Components
//   T1   The root component is the last one and has level 3; every other has level 0, 1 or 2.
//   T2   A child's component stands before its parent's and has a strictly lower level.
//   T3   Names of components are unique, valid C++ identifiers, shorter than 120 bytes.
//   T4   Names of children and parameters are unique in their component, valid, and not a local's.
//   T5   Every local has a valid C++ name; no input shares its name with another one.
//   T6   Kernels hold operator calls and no children; parents have no parameters, and but for the
//        root at least one child.
//   T7   In a parent an operator call is plumbing or arithmetic: no loose compute.
//   T8   Every local is an input, a parameter, or made by one statement, before it is read.
//   T9   Every output is made, or is an input; only the root may give a local twice.
//   T10  A call has one local per port of the child, of its shape and type, absent only where unused.
//   T11  Every child is called. A list and a single child have different names.
//   T12  The body reads a local only while no other local has taken over its name.
//   T13  No two components have equal hashes.
// Instances
//   T14  The root is the first instance and has no parent; every other stands after its parent.
//   T15  Every child call of every instance has exactly one instance, of the called component.
//   T16  The tables have one entry per local, operator call and parameter of the component.
//   T17  Paths are the registered names from the root; a child's calls share one and are counted.
// With the graph
//   T18  Every node has exactly one owner, and runs the operator of the statement it stands for.
//   T19  A local has, in every instance, the shape and type of the value that it stands for.
//   T20  Weights have the shapes, types and strides of the parameters that they fill.
//   T21  What a parent passes to a child and takes from it are the values of the child's ports.
//   T22  The root's inputs are the graph's, in order, and its outputs the graph's results.
// clang-format on

namespace strata {

std::vector<TreeViolation> violations_of(const Tree& tree) {
  if (tree.components.empty() || tree.instances.empty()) {
    return {{"T1", "tree", "it has no component or no instance"}};
  }
  std::vector<TreeViolation> found;
  if (!check_references(tree, found)) return found;
  check_components(tree, found);
  check_instances(tree, found);
  return found;
}

std::vector<TreeViolation> violations_of(const Tree& tree, const Graph& normalised) {
  std::vector<TreeViolation> found = violations_of(tree);
  std::vector<TreeViolation> references;
  const bool complete = std::ranges::find(found, "T16", &TreeViolation::rule) == found.end();
  const bool navigable =
      !tree.components.empty() && !tree.instances.empty() && check_references(tree, references);
  if (complete && navigable) check_against_graph(tree, normalised, found);
  return found;
}

void require_well_formed(const Tree& tree, const Graph& normalised) {
  const std::vector<TreeViolation> found = violations_of(tree, normalised);
  if (found.empty()) return;
  throw Error("tree.malformed", fmt::format("{}: {}; got {} violations, expected none (rule {} of "
                                            "decomposer/tree/well_formed.cpp); report the model",
                                            found.front().subject, found.front().message,
                                            found.size(), found.front().rule));
}

}  // namespace strata
