#include "decomposer/cover/cover.h"

#include "decomposer/cover/draft.h"
#include "decomposer/cover/rules.h"

namespace strata {

Cover cover(const Graph& graph, const std::vector<Kernel>& catalogue) {
  const PatternIndex patterns = index_patterns(catalogue);
  Draft draft(graph);
  cover_conds(draft);
  cover_recurrences(draft);
  cover_written_storages(draft);
  cover_patterns(draft, patterns);
  cover_elementwise_frames(draft);
  cover_islands(draft, patterns);
  cover_leaf_frames(draft, patterns);
  cover_single_operators(draft, patterns);
  join_constants(draft, patterns);
  join_casts(draft);
  join_leaf_plumbing(draft);
  return draft.finish();
}

}  // namespace strata
