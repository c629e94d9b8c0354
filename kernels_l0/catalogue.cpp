#include "kernels_l0/catalogue.h"

#include "kernels_l0/kernels.h"

namespace strata {

std::vector<Kernel> catalogue() {
  return {
#define STRATA_KERNEL(name) kernels::name(),
      STRATA_KERNELS(STRATA_KERNEL)
#undef STRATA_KERNEL
  };
}

}  // namespace strata
