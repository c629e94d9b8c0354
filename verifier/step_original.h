#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "anticheat/request.h"
#include "verifier/custom_original.h"
#include "verifier/descriptor.h"
#include "verifier/judge_run.h"
#include "verifier/runner.h"
#include "verifier/subject_run.h"
#include "verifier/verify_step.h"

namespace strata {

struct StepOriginal;

// What one run of verify_step was asked, and what it has drawn.
struct StepSetting {
  const VerifyStepOptions& options;
  std::filesystem::path scratch;     // a folder of its own
  std::vector<std::uint64_t> seeds;  // of the trials after the first
  Limits limits;
  // Called, where it is set, as soon as is known what the refactored side is judged by: arithmetic,
  // ledger, is_kernel.
  std::function<void(const StepOriginal&)> known = {};
};

// The original's side of a step, whatever it was given as. Shared by all processes, unchanged.
struct StepOriginal {
  Graph graph;                       // a program, or the parameters of a component
  std::vector<ParameterId> weights;  // that it reads
  std::string prefix;                // of their names
  std::vector<std::string> output_names;
  Conditions conditions;
  std::vector<std::string> trial_names;  // one per trial
  std::shared_ptr<Descriptor> file;      // its inputs
  nlohmann::json inputs;
  // How often it adds, subtracts, multiplies and divides, by operator; empty where only a run
  // tells.
  OperatorCounts arithmetic;
  // Where the program can be decomposed: what the ledger gives to the files of that, and the weight
  // map of the original's own component; empty for other originals.
  std::vector<JudgedFile> ledger;
  std::vector<WeightLine> lines;
  bool is_kernel = false;  // one L0 component of such a program
  // Makes the trials; called in each process, whose tensors live as long as the returned function.
  std::function<std::function<TrialData(std::size_t)>()> trials;
  std::function<std::vector<at::Tensor>()> samples;  // the first trial's inputs, copied
  std::function<OriginalSide(const TrialData&)> side;
};

// A module of an archive ("" for all of it), in its first call.
std::shared_ptr<StepOriginal> original_from_archive(const StepSetting& setting,
                                                    const std::filesystem::path& archive,
                                                    const std::string& module);

struct Judged;
// A part of a decomposed program: what the component of an instance stands for.
std::shared_ptr<StepOriginal> original_from_step(const StepSetting& setting, const Judged& judged,
                                                 InstanceId instance);

// A step of a folder that `strata decompose` wrote, by the names that `strata verify --step` takes,
// or one of its kernels, by the component's name; at its first instance.
std::shared_ptr<StepOriginal> original_from_step(const StepSetting& setting,
                                                 const std::filesystem::path& folder,
                                                 const std::string& step);

// A component file; compiled by build_component. Throws Error{"verify_step.original"} when it does
// not compile or says nothing of its inputs.
struct BuiltComponent;
std::shared_ptr<StepOriginal> original_from_component(const StepSetting& setting,
                                                      const BuiltComponent& built);

// Functions of the user's own.
std::shared_ptr<StepOriginal> original_from_functions(const StepSetting& setting,
                                                      const CustomOriginal& custom);

// Runs work in a process of its own and returns its result. Throws Error for what the work throws,
// and Error{"verify_step.process"} when it ends otherwise.
nlohmann::json in_process(const StepSetting& setting, const std::string& name,
                          std::vector<int> descriptors,
                          const std::function<nlohmann::json()>& work);

// Lets nobody write the original's inputs any more, which both sides hold.
void seal_inputs(const StepSetting& setting, const StepOriginal& original);

// This machine's conditions with one thread and without gradients.
Conditions plain_conditions();

}  // namespace strata
