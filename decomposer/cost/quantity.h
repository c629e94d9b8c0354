#pragma once

#include <string>

#include "kernels_l0/count.h"

namespace strata {

// Quantities for people, three digits: "28.8 T", "640"; "1.25 ms".
std::string scaled(double value);
std::string scaled(Count count);
std::string time_text(double seconds);

}  // namespace strata
