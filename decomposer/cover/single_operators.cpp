#include "decomposer/cover/rules.h"

namespace strata {
void cover_single_operators(Draft& draft, const PatternIndex& patterns) {
  for (NodeId id = 0; id < draft.node_count(); ++id) {
    if (!draft.is_free(id) || draft.role(id) != Role::kCompute || draft.makes_parameters(id))
      continue;
    draft.take(single_operator(draft, id, patterns));
  }
}

}  // namespace strata
