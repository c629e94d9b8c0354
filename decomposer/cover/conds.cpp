#include "decomposer/cover/rules.h"
#include "decomposer/schema/cond.h"

namespace strata {

void cover_conds(Draft& draft) {
  std::vector<NodeId> bracket;  // of the outermost cond that is open
  int depth = 0;
  for (NodeId id = 0; id < draft.node_count(); ++id) {
    const CondPart part = cond_part(*draft.node(id).op);
    if (part == CondPart::kThen) ++depth;
    if (depth == 0) continue;
    bracket.push_back(id);
    if (part != CondPart::kEnd || --depth > 0) continue;
    const ValueId predicate = std::get<ValueRef>(draft.node(id).arguments.front()).id;
    draft.take({"cond",
                "one of two branches, whichever a boolean tensor says",
                std::move(bracket),
                {predicate},
                {"predicate"}});
    bracket.clear();
  }
}

}  // namespace strata
