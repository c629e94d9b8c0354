#include "decomposer/decompose.h"

#include "decomposer/cover/cover.h"
#include "decomposer/graph/well_formed.h"
#include "decomposer/load/load.h"
#include "decomposer/normalise/normalise.h"
#include "decomposer/partition/partition.h"
#include "decomposer/tree/well_formed.h"
#include "kernels_l0/catalogue.h"

namespace strata {

Decomposition decompose(const std::filesystem::path& archive,
                        const std::function<void()>& between_stages) {
  const auto pause = [&] {
    if (between_stages) between_stages();
  };
  Decomposition result;
  result.loaded = load_archive(archive);
  pause();
  result.normalised = normalise(result.loaded);
  require_well_formed(result.normalised);
  const Cover covered = cover(result.normalised, catalogue());
  pause();
  result.tree = partition(result.normalised, covered);
  require_well_formed(result.tree, result.normalised);
  pause();
  return result;
}

}  // namespace strata
