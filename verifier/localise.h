#pragma once

#include <vector>

#include "anticheat/reply.h"
#include "verifier/verify.h"
#include "verifier/verify_plan.h"

namespace strata {

// Which components are wrong on their own account, and at which of their instances. Every instance
// below a failing step is judged from the original's own intermediate values, level by level:
// where an instance fails, its children are next; one that fails while none of its children does
// is wrong itself, by its own wiring or as a kernel. An instance whose parent passes is not looked
// at, for what it does wrong there does not matter.
//
// Where all of that agrees, the steps failed in their further checks: then those of them that hold
// no other are named.
//
// `failing`: the components of the steps and kernels that failed when they ran. Weights are those
// that the original has, so that a wrong weight map is named as such and does not accuse the code.
std::vector<Culprit> localise(const Plan& plan, const std::vector<ComponentId>& failing,
                              const ScanReply& scan, int parallel);

}  // namespace strata
