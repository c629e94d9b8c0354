#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "verifier/step.h"

// Kernels whose files a user has rewritten as raw code. No operator shows what such code computes,
// so only its numbers are judged.

namespace strata {

// The components of these names. Throws Error{"verify.user_kernel"} for one that is no kernel.
std::set<ComponentId> user_kernels_named(const Tree& tree, const std::vector<std::string>& names);

// Names of those that run in an instance, itself or below it.
std::vector<std::string> raw_code_in(const Judged& judged, InstanceId instance);

// Their files and all that these include, each once.
std::set<std::filesystem::path> raw_files(const std::filesystem::path& folder, const Tree& tree,
                                          const std::set<ComponentId>& user_kernels);

}  // namespace strata
