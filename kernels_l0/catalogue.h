#pragma once

#include <vector>

#include "kernels_l0/kernel.h"

namespace strata {

// All kernels of the catalogue, in the order in which the cover tries them: larger patterns before
// their parts.
std::vector<Kernel> catalogue();

}  // namespace strata
