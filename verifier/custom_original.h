#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "verifier/verify_step.h"
#include "verifier/weight_map.h"

// For a verifier of one's own, where the original is neither an archive nor a component file.

namespace strata {

// An original that no file holds: the special verifier's own. Its functions run in processes that
// never load the refactored component.
struct CustomOriginal {
  std::string name;                   // for the report
  std::vector<MemberTensor> weights;  // names, shapes, dtypes; drawn anew for every trial
  std::vector<std::string> output_names;
  std::function<std::vector<at::Tensor>(std::uint64_t seed)> inputs;  // LibTorch is not yet seeded
  std::function<std::vector<at::Tensor>(const std::map<std::string, at::Tensor>& weights,
                                        const std::vector<at::Tensor>& inputs)>
      forward;
};

// The same, `options.original` apart: anti-cheat, weight transfer, tolerances, trials, probes and
// report are verify_step's.
StepVerification verify_against(const CustomOriginal& original, const VerifyStepOptions& options);

}  // namespace strata
