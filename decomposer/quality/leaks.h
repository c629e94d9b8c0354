#pragma once

#include <vector>

#include "decomposer/quality/quality.h"

namespace strata {

// Compares every layer and fusion that stands for one whole module with what the author's module
// takes and gives. Returns how many were compared.
int compare_with_modules(const Graph& loaded, const Graph& normalised, const Tree& tree,
                         const std::vector<ModuleSignature>& signatures, std::vector<Leak>& leaks);

}  // namespace strata
