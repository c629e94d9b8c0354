#include "verifier/counterexample.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "kernels_l0/error.h"
#include "verifier/safetensors.h"
#include "verifier/step_original.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kDocument = "counterexample.json";
constexpr const char* kInputs = "inputs.safetensors";

bool has_failed(const json& trial) {
  return std::ranges::any_of(trial.at("tensors"),
                             [](const json& tensor) { return !tensor.at("pass").get<bool>(); });
}

std::optional<std::size_t> failing_trial(const json& report) {
  if (!report.contains("trials")) return std::nullopt;
  const json& trials = report.at("trials");
  for (std::size_t i = 0; i < trials.size(); ++i)
    if (has_failed(trials[i])) return i;
  return std::nullopt;
}

json failing_probes(const json& report) {
  json names = json::array();
  for (const json& probe : report.at("probes"))
    if (probe.at("outcome") == "differs") names.push_back(probe.at("name"));
  return names;
}

// "model.pt2:module" with the file's absolute path.
std::string absolute(const std::string& original) {
  const std::size_t suffix = original.rfind(".pt2:");
  if (suffix == std::string::npos) return fs::absolute(original).string();
  return fs::absolute(original.substr(0, suffix + 4)).string() + original.substr(suffix + 4);
}

json absolute_names(const std::vector<fs::path>& files) {
  json names = json::array();
  for (const fs::path& file : files) names.push_back(fs::absolute(file).string());
  return names;
}

json lines_json(const std::vector<WeightLine>& lines) {
  json list = json::array();
  for (const WeightLine& line : lines)
    list.push_back({{"original", line.original}, {"slice", line.slice}, {"place", line.place}});
  return list;
}

json number_or_null(const std::optional<double>& number) { return number ? json(*number) : json(); }

// Stores the trial's inputs and says whether a replay may take them from there: strides are not
// stored, and they can change bits.
json store_trial_inputs(const StepSetting& setting, const StepOriginal& original,
                        std::size_t trial) {
  const fs::path file = setting.options.counterexample / kInputs;
  return in_process(setting, "store the counterexample's inputs", {original.file->number()}, [&] {
    const auto make = original.trials();  // which owns the tensors' memory
    const TrialData data = make(trial);
    std::map<std::string, at::Tensor> tensors;
    bool contiguous = true;
    for (std::size_t i = 0; i < data.inputs.size(); ++i) {
      tensors[fmt::format("input {}", i)] = data.inputs[i];
      contiguous = contiguous && data.inputs[i].is_contiguous();
    }
    write_safetensors(file, tensors);
    return json(contiguous);
  });
}

template <typename T>
T entry(const json& document, const char* key, const fs::path& file) {
  try {
    return document.at(key).get<T>();
  } catch (const json::exception& problem) {
    throw Error(
        "counterexample.read",
        fmt::format("{}: must be as verify_step wrote it; got {}", file.string(), problem.what()),
        file.string() + "#/" + key);
  }
}

}  // namespace

void save_counterexample(const StepSetting& setting, const StepOriginal& original,
                         const std::vector<WeightLine>& lines, const json& report) {
  const VerifyStepOptions& options = setting.options;
  const fs::path folder = options.counterexample;
  const auto trial = failing_trial(report);
  const json probes = failing_probes(report);
  // Probes start from the second trial.
  const std::size_t shown = trial.value_or(probes.empty() ? 0 : 1);
  const bool only_one = trial || !probes.empty();
  std::error_code problem;
  fs::create_directories(folder, problem);
  const json contiguous = store_trial_inputs(setting, original, shown);
  write_document(
      folder / kDocument,
      {{"schema", "counterexample/1"},
       {"command", fmt::format("verify_step --replay '{}'", fs::absolute(folder).string())},
       {"original", absolute(options.original)},
       {"archive_digest", original.graph.archive_digest},
       {"refactored", fs::absolute(options.refactored).string()},
       {"user_kernels", absolute_names(options.user_kernels)},
       {"weights",
        trial.value_or(1) == 0 && !original.graph.archive.empty()
            ? "the archive's own"
            : fmt::format("drawn for trial {}: {}", shown, original.trial_names.at(shown))},
       {"weight_map", lines_json(lines)},
       {"seeds", setting.seeds},
       {"trial", only_one ? json(shown) : json()},
       {"probes", probes},
       {"gradients", options.gradients},
       {"inputs", kInputs},
       {"inputs_exact", contiguous},
       {"rtol", number_or_null(options.rtol)},
       {"atol", number_or_null(options.atol)},
       {"arbiter", options.arbiter},
       {"device", options.device},
       {"time_limit", options.time_limit.count()},
       {"conditions", to_json(original.conditions)},
       {"reasons", report.at("reasons")}});
}

VerifyStepOptions read_counterexample(const fs::path& folder) {
  const fs::path file = folder / kDocument;
  const json document = read_document(file, "counterexample/1");
  VerifyStepOptions options;
  options.original = entry<std::string>(document, "original", file);
  options.refactored = entry<std::string>(document, "refactored", file);
  for (const auto& kernel : entry<std::vector<std::string>>(document, "user_kernels", file))
    options.user_kernels.emplace_back(kernel);
  options.seed_list = entry<std::vector<std::uint64_t>>(document, "seeds", file);
  options.gradients = entry<bool>(document, "gradients", file);
  options.arbiter = entry<bool>(document, "arbiter", file);
  options.device = entry<std::string>(document, "device", file);
  options.time_limit = std::chrono::seconds(entry<std::int64_t>(document, "time_limit", file));
  if (!entry<json>(document, "rtol", file).is_null())
    options.rtol = entry<double>(document, "rtol", file);
  if (!entry<json>(document, "atol", file).is_null())
    options.atol = entry<double>(document, "atol", file);
  for (const json& line : entry<json>(document, "weight_map", file)) {
    options.weight_lines.push_back({entry<std::string>(line, "original", file),
                                    entry<std::string>(line, "slice", file),
                                    entry<std::string>(line, "place", file)});
  }
  const json trial = entry<json>(document, "trial", file);
  if (!trial.is_null()) {
    StepSelection selection;
    selection.trial = entry<std::size_t>(document, "trial", file);
    selection.probes = entry<std::vector<std::string>>(document, "probes", file);
    if (entry<bool>(document, "inputs_exact", file))
      selection.inputs = folder / entry<std::string>(document, "inputs", file);
    options.selection = std::move(selection);
  }
  options.archive_digest = entry<std::string>(document, "archive_digest", file);
  return options;
}

}  // namespace strata
