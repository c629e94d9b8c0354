#pragma once

#include "decomposer/cover/cover.h"
#include "decomposer/partition/assemble.h"
#include "decomposer/partition/nesting.h"

namespace strata {

// Names every local as a person would. The main stream is `x`; a result that replaces the tensor it
// was made from keeps that one's name once nothing reads the old one any more (`x = x + ...`);
// other results are called after the child that made them (`query`, `mask`, `scores`) or after the
// operator. A port of a layer or fusion has the name that its caller uses; a port of a kernel the
// name that the catalogue or the operator's schema gives it. No local has a member's name.
void name_locals(const Graph& graph, const Cover& cover, const Nesting& nesting,
                 Assembly& assembly);

}  // namespace strata
