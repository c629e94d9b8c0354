#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace strata {

// Small hand-written components, in a folder of their own that goes away with this.
class StepFiles {
 public:
  StepFiles();
  ~StepFiles();
  StepFiles(const StepFiles&) = delete;
  StepFiles& operator=(const StepFiles&) = delete;

  // Name and sizes, "{8, 4}"; "=at::zeros({8})" makes a buffer of that value.
  using Parameters = std::vector<std::pair<std::string, std::string>>;

  // Writes a component without children, in namespace and file `name` of the folder `level`.
  // `forward`: from the result's type to the closing brace. `inputs`: expressions of get_inputs.
  std::filesystem::path leaf(const std::string& level, const std::string& name,
                             const Parameters& parameters, const std::string& forward,
                             const std::string& inputs = "at::randn({4, 8})") const;
  // Writes a component with children: member name, level folder, component name.
  struct Child {
    std::string member;
    std::string level;
    std::string name;
  };
  std::filesystem::path parent(const std::string& level, const std::string& name,
                               const std::vector<Child>& children,
                               const std::string& forward) const;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

// Runs verify_step, checks its exit code and its report against the schema, and returns the report;
// null when there is none. Seeds are fixed unless `more` names some.
nlohmann::json verify_step_report(const std::string& original,
                                  const std::filesystem::path& refactored, int expected_exit,
                                  const std::vector<std::string>& more = {});

// All reasons of a report in one text.
std::string reasons_of(const nlohmann::json& report);

// The report's entry of a probe; null when it did not run.
nlohmann::json probe_of(const nlohmann::json& report, const std::string& name);

}  // namespace strata
