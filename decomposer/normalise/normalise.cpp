#include "decomposer/normalise/normalise.h"

#include "decomposer/normalise/rewrite.h"
#include "decomposer/normalise/rules.h"

namespace strata {

Graph normalise(const Graph& loaded) {
  Rewrite rewrite(loaded);
  replace_shape_operands(rewrite);
  drop_no_ops(rewrite);
  slice_parameters(rewrite);
  write_out_of_place(rewrite);
  drop_dead_code(rewrite);
  Graph normalised = rewrite.finish();
  require_pure_branches(normalised);
  return normalised;
}

}  // namespace strata
