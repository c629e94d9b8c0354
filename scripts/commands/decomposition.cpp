#include "scripts/commands/decomposition.h"

#include "decomposer/cover/cover.h"
#include "decomposer/graph/well_formed.h"
#include "decomposer/load/load.h"
#include "decomposer/normalise/normalise.h"
#include "decomposer/partition/partition.h"
#include "decomposer/tree/well_formed.h"
#include "kernels_l0/catalogue.h"
#include "verifier/runner.h"

namespace strata {

Decomposition decompose_archive(const std::filesystem::path& archive) {
  Decomposition result;
  result.loaded = load_archive(archive);
  throw_if_interrupted();
  result.normalised = normalise(result.loaded);
  require_well_formed(result.normalised);
  const Cover covered = cover(result.normalised, catalogue());
  throw_if_interrupted();
  result.tree = partition(result.normalised, covered);
  require_well_formed(result.tree, result.normalised);
  throw_if_interrupted();
  return result;
}

}  // namespace strata
