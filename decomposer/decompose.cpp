#include "decomposer/decompose.h"

#include "decomposer/cover/cover.h"
#include "decomposer/graph/well_formed.h"
#include "decomposer/load/load.h"
#include "decomposer/normalise/normalise.h"
#include "decomposer/partition/partition.h"
#include "decomposer/tree/well_formed.h"
#include "kernels_l0/catalogue.h"

namespace strata {

Tree take_apart(const Graph& normalised, const std::function<void()>& between_stages) {
  const Cover covered = cover(normalised, catalogue());
  if (between_stages) between_stages();
  Tree tree = partition(normalised, covered);
  require_well_formed(tree, normalised);
  return tree;
}

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
  result.tree = take_apart(result.normalised, between_stages);
  pause();
  return result;
}

}  // namespace strata
