#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "decomposer/cover/draft.h"
#include "decomposer/cover/pattern.h"

namespace strata {

// The catalogue with its patterns read, found by the operator at a pattern's root.
struct ReadKernel {
  const Kernel* kernel = nullptr;
  Pattern pattern;
};
using PatternIndex = std::unordered_map<std::string, std::vector<ReadKernel>>;
PatternIndex index_patterns(const std::vector<Kernel>& catalogue);

// The rules of cover(), in the order in which it applies them; each takes free nodes only.

// A branch on a tensor, with all that lies in it, is one kernel.
void cover_conds(Draft& draft);
// Steps of one form, each reading the one before, whose results are stacked or written into one
// tensor: one kernel.
void cover_recurrences(Draft& draft);
// A storage that is written in place where others see it: its maker, its writes and write views are
// one kernel.
void cover_written_storages(Draft& draft);
// The catalogue's patterns of several operators.
void cover_patterns(Draft& draft, const PatternIndex& patterns);
// A leaf frame of elementwise operators with one result is one kernel, named by its class.
void cover_elementwise_frames(Draft& draft);
// Per frame, what depends on no float activation and no float parameter: one kernel per value that
// leaves.
void cover_islands(Draft& draft, const PatternIndex& patterns);
// A leaf frame with one heavy operator gives it all its plumbing, or one scaling.
void cover_leaf_frames(Draft& draft, const PatternIndex& patterns);
// Every compute node left is a kernel, named by the catalogue or by its operator.
void cover_single_operators(Draft& draft, const PatternIndex& patterns);
// Constants, and nodes on parameters alone, join the only kernel that reads them, or become
// kernels.
void join_constants(Draft& draft, const PatternIndex& patterns);
// A cast joins the kernel that makes its operand, or that reads its result, in the same frame.
void join_casts(Draft& draft);
// Plumbing in the leaf frame of a lone kernel joins it.
void join_leaf_plumbing(Draft& draft);

// The name and words for one operator, from the catalogue or from the operator itself.
KernelRegion single_operator(const Draft& draft, NodeId node, const PatternIndex& patterns);

}  // namespace strata
