#include "verifier/sandbox/isolation.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernels_l0/error.h"
#include "verifier/sandbox/landlock.h"
#include "verifier/sandbox/seccomp.h"

namespace strata {
namespace {

using nlohmann::json;

// Why the kernel can't enforce it; "" when it can.
std::string missing(const KernelSupport& kernel, Protection protection) {
  if (protection == Protection::kSystemCalls && !kernel.seccomp)
    return "the kernel offers no seccomp filter";
  if (protection == Protection::kFiles && kernel.landlock < 1)
    return "the kernel offers no Landlock";
  return "";
}

}  // namespace

std::string_view protection_name(Protection protection) {
  switch (protection) {
    case Protection::kSystemCalls:
      return "system_calls";
    case Protection::kFiles:
      return "files";
    case Protection::kLimits:
      return "limits";
    case Protection::kPrivateInputs:
      return "private_inputs";
    case Protection::kPoison:
      return "poison";
    case Protection::kState:
      return "state";
    case Protection::kRepeat:
      return "repeat";
  }
  return "";
}

KernelSupport kernel_support() { return {seccomp_offered(), landlock_offered()}; }

Isolation isolation_here() {
  Isolation isolation;
  isolation.kernel = kernel_support();
  return isolation;
}

std::vector<Unprotected> unprotected(const Isolation& isolation) {
  std::vector<Unprotected> list;
  for (const Protection protection : kProtections) {
    const std::string why = missing(isolation.kernel, protection);
    if (!why.empty() && !isolation.weak) {
      throw Error(
          protection == Protection::kFiles ? "isolation.landlock" : "isolation.seccomp",
          fmt::format("isolation of the refactored component: the machine must enforce '{}'; {}; "
                      "use a kernel that has it (Linux 5.13 or later on x86-64 with "
                      "CONFIG_SECURITY_LANDLOCK and CONFIG_SECCOMP_FILTER), or accept less with "
                      "--weak-isolation",
                      protection_name(protection), why));
    }
    if (!why.empty()) {
      list.push_back({protection, why});
    } else if (isolation.off.contains(protection)) {
      list.push_back({protection, "switched off"});
    }
  }
  return list;
}

bool is_on(const Isolation& isolation, Protection protection) {
  return !isolation.off.contains(protection) && missing(isolation.kernel, protection).empty();
}

json to_json(const Isolation& isolation) {
  json enforced = json::array();
  for (const Protection protection : kProtections) {
    if (is_on(isolation, protection)) enforced.push_back(protection_name(protection));
  }
  json not_enforced = json::array();
  for (const Unprotected& one : unprotected(isolation)) {
    not_enforced.push_back({{"protection", protection_name(one.protection)}, {"why", one.why}});
  }
  return {{"enforced", std::move(enforced)}, {"not_enforced", std::move(not_enforced)}};
}

}  // namespace strata
