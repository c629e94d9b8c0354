#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"
#include "verifier/private_inputs.h"
#include "verifier/runner.h"
#include "verifier/sandbox/isolation.h"
#include "verifier/weight_map.h"

namespace strata {

struct Conditions;
struct GraphPart;
struct SubjectRun;
struct ToleranceOverride;

// A program with its tree and what the judge needs to run parts of it. Shared, unchanged, by every
// process.
struct Judged {
  Graph loaded;
  Graph normalised;
  Tree tree;
  std::filesystem::path library;  // the compiled tree
  // The library's name of a component, where it has another than in the tree.
  std::map<std::string, std::string> entries;
  nlohmann::json captured;             // what capture() returned
  int captured_file = -1;              // and the anonymous file that holds the tensors
  std::filesystem::path record;        // NAME.recorded.json; "" when there is none
  std::vector<std::uint64_t> seeds;    // of the trials after the first
  std::set<ComponentId> user_kernels;  // L0 components whose files are raw code
  Limits limits;
  Isolation isolation;   // of the refactored side
  bool arbiter = false;  // as VerifyOptions has them
  bool gradients = false;
};

// The conditions that both sides run under: those of the record, else this machine's with one
// thread.
Conditions conditions_of(const Judged& judged);

// Seeds that nobody can know beforehand; they stand in the report.
std::vector<std::uint64_t> draw_seeds(int count);

// The values whose tensors the steps and the composition start from.
std::vector<ValueId> values_to_capture(const Tree& tree, const std::vector<InstanceId>& instances);

// An instance's part of the normalised graph: the nodes below it, its ports in order.
GraphPart instance_part(const Judged& judged, InstanceId instance);

// Bytes of weights that a step of this instance draws anew.
std::uint64_t drawn_bytes(const Judged& judged, InstanceId instance);

// What all runs of the tree's components have in common.
SubjectRun subject_of(const Judged& judged);

// The inputs of these instances, out of what was captured. For the process that runs their
// components, which can't get at the rest afterwards.
PrivateInputs inputs_of(const Judged& judged, const std::vector<InstanceId>& instances);

// What the library calls a component.
std::string entry_of(const Judged& judged, const std::string& component);

// The job that judges one step, an instance's component against its flat original: a stage for the
// refactored side, then one for the original, which returns judge_run's result. `lines`: the step's
// weight map for this instance.
Job step_job(std::shared_ptr<const Judged> judged, InstanceId instance,
             std::vector<WeightLine> lines, std::string name);

// One of many instances that are judged one after another in one pair of processes.
struct JudgedPart {
  InstanceId instance = kNone;
  std::vector<WeightLine> lines;
  std::string entry;  // the library's name of its component; "": entry_of's
};

// Judges all parts in one job of two stages, so that each costs its run and little more; a third
// explains as in step_job where proof and numbers disagree. What one part throws is that part's
// alone; a crash is everybody's.
Job parts_job(std::shared_ptr<const Judged> judged, std::vector<JudgedPart> parts,
              std::string name);
// The job's outcomes as those that step_job would have had, part by part.
std::vector<std::vector<Outcome>> part_outcomes(const std::vector<Outcome>& outcomes,
                                                std::size_t parts);

// The job that judges the whole tree: against the exported program as it was loaded, and against
// what eager PyTorch gave. Its last stage returns judge_run's result with an entry "recorded".
Job composition_job(std::shared_ptr<const Judged> judged, std::vector<WeightLine> lines);

}  // namespace strata
