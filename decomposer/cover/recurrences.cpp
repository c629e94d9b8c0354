#include "decomposer/cover/rules.h"

namespace strata {

void cover_recurrences(Draft&) {}

}  // namespace strata
