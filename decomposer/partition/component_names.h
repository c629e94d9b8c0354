#pragma once

#include "decomposer/tree/tree.h"

namespace strata {

// Names every component `{operation}_{shapes}_{dtype}`, from its structure alone, so that one workload has one name in every
// model: kernels carry the shapes of activations and then of parameters, and attributes that are not the operator's
// defaults; parents carry the shape of their main input. Equal names of different components get more shapes, then the
// first digits of the hash. Names are valid C++ identifiers shorter than 120 bytes.
void name_components(Tree& tree);

}  // namespace strata
