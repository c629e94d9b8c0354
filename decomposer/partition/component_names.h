#pragma once

#include "decomposer/tree/tree.h"

namespace strata {

// Names every component `{operation}_{shapes}_{dtype}`, from its structure alone, so that one
// workload has one name in every model: kernels carry the shapes of activations and then of
// parameters, and attributes that are not the operator's defaults; parents carry the shape of their
// main input. Where that is not enough to tell two components apart, the later one gets its
// result's or all its inputs' shapes, what it does and the first one does not, or the first digits
// of its hash. Names are
// valid C++ identifiers shorter than 120 bytes.
void name_components(Tree& tree);

}  // namespace strata
