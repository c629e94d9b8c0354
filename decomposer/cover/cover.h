#pragma once

#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "kernels_l0/kernel.h"

namespace strata {

// What a node may be inside a parent. Only plumbing and arithmetic may stay in one; the rest lies
// in kernels.
enum class Role : std::uint8_t {
  kPlumbing,    // only moves data
  kArithmetic,  // + - * /, unary minus, power by a constant, between activations and constants
  kConstant,    // makes a tensor from no tensor: arange, zeros, full
  kCompute,     // everything else, and plumbing or arithmetic on parameters
};

// A region of the graph that is one kernel.
struct KernelRegion {
  std::string operation;      // "rms_norm", "linear", "causal_mask"
  std::string description;    // what it computes, for the emitted file's comment
  std::vector<NodeId> nodes;  // ascending
  std::vector<ValueId>
      operands;  // activations in the pattern's order, when a pattern matched; else empty
  std::vector<std::string> operand_names;  // one per operand; may be empty
};

struct Cover {
  std::vector<Role> roles;              // one per node
  std::vector<KernelRegion> kernels;    // in order of their first node
  std::vector<std::int32_t> kernel_of;  // one per node: index into kernels, or kNone for a parent's
                                        // plumbing and arithmetic
  // Order that data flow does not show: pairs (earlier, later) of nodes that touch a storage which
  // is written in place.
  std::vector<std::pair<NodeId, NodeId>> effects;
  std::vector<bool> island;  // one per value: depends on no float activation and no float parameter
  std::vector<LogEntry> log;
};

// Covers a normalised graph with kernels: every compute and constant node belongs to exactly one,
// each is convex, and what is left over is plumbing and arithmetic. The rules stand in
// docs/partition.md.
Cover cover(const Graph& graph, const std::vector<Kernel>& catalogue);

}  // namespace strata
