#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "verifier/compare.h"
#include "verifier/subject_run.h"

namespace strata {

// Overrides of the guide's tolerances; apply to inexact dtypes.
struct ToleranceOverride {
  std::optional<double> rtol;
  std::optional<double> atol;
};

// How one side's results are held against the other's.
struct CompareSettings {
  std::vector<std::string> output_names;  // one per output of the original
  const Graph* graph = nullptr;           // whose parameters changed weights are
  bool composition = false;               // tolerances of the composition instead of a step's
  ToleranceOverride tolerance;
  bool to_scale = false;  // atol times the largest finite |expected|, up or down
  // The fp64 replay of the original's run, for the arbiter; null: nobody arbitrates. Called at most
  // once for each tensor that is outside its tolerance; throws what the replay throws.
  std::function<const TrialResults&()> reference;
  double factor = 2;  // how many times the original's error the arbiter accepts
};

// Compares outputs, and inputs and weights that either side wrote, and adds what is wrong to
// `reasons`. Returns {"trial", "bit_equal", "max_abs_error", "arbitrated", "tensors": [...]}.
nlohmann::json compare_results(const TrialResults& expected, const TrialResults& got,
                               const CompareSettings& settings, const std::string& trial,
                               std::vector<std::string>& reasons);

// Whether a tolerance proves nothing here, although it passes: zeros, or one number everywhere,
// would have passed as well.
bool is_vacuous(const at::Tensor& expected, const Comparison& comparison);

}  // namespace strata
