#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "verifier/judge_run.h"
#include "verifier/subject_run.h"

// An original that is a component file itself: hand-written, or a step's flat original.

namespace strata {

// Its parameters and buffers as those of a program without nodes, so that weight maps and reports
// speak of both alike.
Graph parameters_graph(const std::vector<MemberTensor>& members);

// The members of a compiled component, in a process of its own.
nlohmann::json describe_component(const std::filesystem::path& library,
                                  const std::string& component);
std::vector<MemberTensor> members_from_json(const nlohmann::json& document);

// The values that the constructor gives to buffers, by name, stored in the anonymous file: masks,
// frequencies, positions. Running statistics, and buffers that it leaves unset, are left out.
nlohmann::json store_buffers(const std::filesystem::path& library, const std::string& component,
                             int file);

// What get_inputs() gives for each generator seed, stored in the anonymous file.
nlohmann::json store_inputs(const std::filesystem::path& library, const std::string& component,
                            const std::vector<std::uint64_t>& seeds, int file);

// Makes the trials, the same in every process: inputs from the file, weights drawn from the trial's
// seed, but for the buffers that have values. `inputs`: {"trials": store_inputs's result,
// "buffers": store_buffers's}.
class ComponentTrials {
 public:
  ComponentTrials(const Graph& parameters, const nlohmann::json& inputs, int file,
                  const std::vector<std::uint64_t>& seeds);
  TrialData make(std::size_t index);

 private:
  const Graph& parameters_;
  const nlohmann::json& inputs_;
  int file_;
  const std::vector<std::uint64_t>& seeds_;
  std::deque<PrivateMapping> mappings_;
};

}  // namespace strata
