#pragma once

#include <vector>

#include "decomposer/tree/tree.h"
#include "kernels_l0/count.h"

namespace strata {

// What LLM-Viewer (hahnyuan/LLM-Viewer, model_analyzer.py), a widely used table of a decoder's
// costs, gives for each instance's own operations; one Count per instance. Its conventions, errors
// included, over the tree's structure:
// - in a layer (level 2): linear 2 per product, without bias; matmul of activations 2 per product;
//   softmax 5 and norms 7 per element; the layer's own sums 1 per element; an activation function
//   2 per element of the *layer's result* (it takes the hidden width for the intermediate one), and
//   nothing for the product of a gate;
// - outside layers: linear for one position per sequence and without the factor 2, nothing else
//   (no final norm, no embedding);
// - nothing for rotary embedding, masks and scaling; a causal mask halves nothing.
std::vector<Count> llm_viewer_flops(const Tree& tree);

}  // namespace strata
