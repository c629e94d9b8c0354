#include "verifier/contradiction.h"

namespace strata {

bool is_contradicted(const std::vector<Outcome>& outcomes) {
  return outcomes.size() >= 2 && outcomes[1].ending == Ending::kFinished &&
         outcomes[1].result.value("contradiction", false);
}

}  // namespace strata
