#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "decomposer/emit/folder.h"
#include "decomposer/emit/input_rules.h"
#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// Everything that an output folder holds, as docs/output_folder.md describes it, but for its
// manifest. `sample_ranges`: see input_rules. Throws Error{"emit.operator"} for calls that C++
// can't make.
FileTexts output_files(const Graph& loaded, const Graph& normalised, const Tree& tree,
                       const std::vector<std::optional<IntegerRange>>& sample_ranges = {});

// Writes them to `out` with write_folder, whose errors it throws.
void emit(const Graph& loaded, const Graph& normalised, const Tree& tree,
          const std::filesystem::path& out, bool force = false,
          const std::vector<std::optional<IntegerRange>>& sample_ranges = {});

}  // namespace strata
