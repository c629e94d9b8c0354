#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace strata::frontend {

// The compiler flags that precompiled header and components share; both must be made with the same.
std::vector<std::string> common_flags();

// The precompiled header of the two headers that components include. Made once per compiler,
// LibTorch and flags, under a lock, and found again afterwards: `folder`/header-<key>.pch. Throws
// Error "scan.header".
std::filesystem::path precompiled_header(const std::filesystem::path& folder,
                                         const std::vector<std::string>& flags);

}  // namespace strata::frontend
