#pragma once

#include "decomposer/normalise/rewrite.h"

namespace strata {

// The rules of normalise(), in the order in which it applies them. Each relies on those before it.

// Operands that lend only their shape or element type are no data: reshape_as(x, y) becomes
// reshape(x, sizes of y), zeros_like(x) becomes zeros, type_as becomes to.
void replace_shape_operands(Rewrite& rewrite);

// Drops nodes that return their first operand as it is, and nodes that return no tensor and write
// none.
void drop_no_ops(Rewrite& rewrite);

// Views of parameters become parameters of their own, with strides and offset within the same
// storage.
void slice_parameters(Rewrite& rewrite);

// x.add_(y) becomes add(x, y) where nothing else reads that storage afterwards, and the result has
// the same type.
void write_out_of_place(Rewrite& rewrite);

// Drops nodes whose results nobody reads, writes into storages that nobody reads included. Random
// operators stay where others follow: without them those would draw other numbers.
void drop_dead_code(Rewrite& rewrite);

// Throws Error{"normalise.cond"} when a branch of a cond writes a storage that was there before.
void require_pure_branches(const Graph& graph);

}  // namespace strata
