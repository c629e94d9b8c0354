#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "decomposer/schema/argument.h"

namespace strata {

// The result of a comparison, logical operation, choice, minimum or maximum of known numbers:
// `_operator.ge`, `torch.sym_not`, `torch.sym_ite`, ... torch.export records no hints for their
// results. nullopt for any other target, and for operands that are no numbers or don't fit.
std::optional<Argument> evaluate_symbolic(std::string_view target,
                                          const std::vector<Argument>& operands);

}  // namespace strata
