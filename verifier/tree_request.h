#pragma once

#include <filesystem>
#include <set>

#include "anticheat/request.h"
#include "decomposer/tree/tree.h"

namespace strata {

// The request that judges every component file of an emitted folder, each against what the ledger
// gives to its component, and compiles the folder's adapter. `user_kernels` are raw code instead,
// with all that they include.
ScanRequest tree_request(const Tree& tree, const std::filesystem::path& folder,
                         const std::set<ComponentId>& user_kernels = {});

}  // namespace strata
