#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "verifier/verify_step.h"
#include "verifier/weight_map.h"

// What a failed verify_step leaves behind: a folder with counterexample.json
// ("counterexample/1", counterexample.schema.json) and the failing trial's inputs. Weights are kept
// by reference: the archive's, or the seed that they are drawn from.

namespace strata {

struct StepOriginal;
struct StepSetting;

// Writes the folder `setting.options.counterexample` from the report of a fail. The first trial
// that failed, else the probes that did, are what it replays; where neither is known (a crash, a
// lost dependence), all of it. Throws Error{"report.write"} or Error{"safetensors.write"}.
void save_counterexample(const StepSetting& setting, const StepOriginal& original,
                         const std::vector<WeightLine>& lines, const nlohmann::json& report);

// The options that judge the counterexample again, and nothing else. Throws
// Error{"counterexample.read"} with the place for a folder that is not one. An archive that has
// changed since is found when it is read: Error{"counterexample.other_archive"}.
VerifyStepOptions read_counterexample(const std::filesystem::path& folder);

}  // namespace strata
