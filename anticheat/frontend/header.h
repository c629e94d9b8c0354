#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace strata::frontend {

// The compiler flags that precompiled header and components share; both must be made with the same.
std::vector<std::string> common_flags();

// What all components include, compiled.
struct PrecompiledHeader {
  std::filesystem::path header;
  std::filesystem::path archive;  // its inline functions' code, which components don't have in them
};

// The precompiled header of the two headers that components include. Made once per compiler,
// LibTorch and flags, under a lock, and found again afterwards: `folder`/header-<key>.pch and .a.
// Throws Error "scan.header".
PrecompiledHeader precompiled_header(const std::filesystem::path& folder,
                                     const std::vector<std::string>& flags);

}  // namespace strata::frontend
