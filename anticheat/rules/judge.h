#pragma once

#include "anticheat/facts/facts.h"
#include "anticheat/policy/policy.h"
#include "anticheat/reply.h"

namespace strata {

// Applies every rule, and counts what each class computes.
void judge(const facts::Project& project, const Policy& policy, ScanReply& reply);

}  // namespace strata
