#pragma once

#include <filesystem>
#include <vector>

#include "anticheat/client.h"
#include "verifier/build_subject.h"
#include "verifier/component_source.h"

namespace strata {

// A component file, scanned and compiled on its own.
struct BuiltComponent {
  ComponentSource source;
  BuiltSubject subject;
};

// `refactored`: judged as parents, kernels and flat children; else, for an original, as the user's
// own code. `arithmetic`: what parents may compute, empty for the policy's general bounds. Files
// that are in `ledger` are judged by it. Throws Error where the file can't be judged.
BuiltComponent build_component(const std::filesystem::path& file,
                               const std::filesystem::path& scratch, bool refactored,
                               const OperatorCounts& arithmetic,
                               const std::vector<JudgedFile>& ledger, const ScanSettings& settings);

}  // namespace strata
