#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace strata {

// What a judged file claims to be, and so what it may hold.
enum class Profile {
  kParent,       // L1 to L3: children, plumbing, arithmetic
  kCatalogueL0,  // one logical operation: ATen calls on own inputs and parameters
  kFlat,         // straight-line ATen, not decomposed yet; any number of operations
  kUserKernel,   // raw code: only attacks on the judge itself are refused
  kAdapter,      // the generated main file; may use templates, includes judged files only
};

std::string_view profile_name(
    Profile profile);  // "parent", "catalogue_l0", "flat", "user_kernel", "adapter"
std::optional<Profile> profile_from_name(std::string_view name);

// Operator base names and how often each may be called: {"layer_norm", 1}.
using OperatorCounts = std::map<std::string, int>;

struct JudgedFile {
  std::filesystem::path file;
  Profile profile = Profile::kParent;
  // Level 0 to 3; when absent it is read from the folder's name, level_N_*.
  std::optional<int> level;
  // Kernels: the operators that the ledger gives to this component. Absent: at most one that is
  // neither plumbing nor elementwise.
  std::optional<OperatorCounts> operators;
  // Parents: the arithmetic that the ledger (or the recorded trace) gives to this component, per
  // call of it. Absent: the general bounds of the policy.
  std::optional<OperatorCounts> arithmetic;
  // How often the original itself leaves nothing of an operand, by a factor of zero or a slice of
  // no elements.
  int vanishing = 0;
};

struct ScanRequest {
  // The file that is compiled; it includes the others. "": the judged files one after the other.
  std::filesystem::path main;
  // Every file that is not LibTorch's or the compiler's own. Any other that gets included is a
  // finding.
  std::vector<JudgedFile> files;
  std::vector<std::filesystem::path> include_directories;
  std::vector<std::string> flags;  // further compiler flags, such as "-DNAME=1"
  // Written only when there is no finding and no error. "": judge only.
  std::filesystem::path object;
};

nlohmann::json to_json(const ScanRequest& request);
// Throws Error "scan.request" with a JSON Pointer for unknown keys, wrong types and unknown
// versions.
ScanRequest request_from_json(const nlohmann::json& document);

// The level of a file: as requested, else from its folder's name; nullopt when neither says.
std::optional<int> level_of(const JudgedFile& file);

}  // namespace strata
