#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "verifier/subject_run.h"

// The fp64 arbiter: a kernel that adds in another order is honest when its error is that of the
// original, although the two differ by more than a tolerance allows.

namespace strata {

// Distances from an fp64 replay of the original, over the places where all three are finite.
struct Arbitration {
  double max_error = 0;  // of the refactored component
  double rms_error = 0;
  double original_max_error = 0;
  double original_rms_error = 0;
  double factor = 2;      // how many times the original's error is accepted
  bool accepted = false;  // both errors within the factor, and something was finite
};

// `reference` is the replay's result; the three have one shape. NaN and infinities must have been
// compared before: they are left out here.
Arbitration arbitrate(const at::Tensor& reference, const at::Tensor& expected,
                      const at::Tensor& got, double factor);
nlohmann::json to_json(const Arbitration& arbitration);

// The trial with every real or complex number of lower precision as fp64, or complex fp64. Copies
// them all.
TrialData in_fp64(const TrialData& data);

// Runs `run`, which computes on in_fp64's tensors, so that every operator that names a lower
// precision (a cast, a factory) takes fp64 instead; numbers become integers where they did before.
// Whatever the program casts to and back is thus not rounded. What `run` throws passes through.
std::vector<at::Tensor> replay_in_fp64(const std::function<std::vector<at::Tensor>()>& run);

}  // namespace strata
