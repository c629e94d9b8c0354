#pragma once

#include "decomposer/tree/tree.h"

namespace strata {

// The components of a GPT-2 of two blocks (1 x 64 tokens, 768 wide), written by hand: kernels,
// attention, mlp, block, model. Only components: no graph stands behind them.
Tree gpt2_tree();

}  // namespace strata
