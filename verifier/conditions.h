#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace strata {

// What changes the bits of a result although the program and its inputs are the same.
struct Conditions {
  std::string torch_version;   // "2.13.0+cpu"
  int threads = 1;             // at::get_num_threads()
  std::string cpu_capability;  // "AVX512", "AVX2", "DEFAULT"
  std::string machine;         // "x86_64"
  bool mkldnn = true;
  bool grad_mode = false;
  bool training = false;  // of the module when it was exported; nothing to apply
  std::int64_t parameters_requiring_grad = 0;
  std::int64_t parameters = 0;
  bool fused_encoder_path = false;  // eager TransformerEncoder's own kernel; never used in replay
  bool deterministic_algorithms = false;
  std::string float32_matmul_precision = "highest";
};

// `place` is the JSON Pointer of `json`, for errors. Throws Error{"conditions.read"} for an
// unknown, missing or wrongly typed entry.
Conditions conditions_from_json(const nlohmann::json& json, const std::string& place);
nlohmann::json to_json(const Conditions& conditions);

// Those of this process, as they are now. `training`, `parameters*` are left at their defaults.
Conditions current_conditions();

// Applies conditions to this process for as long as it lives: threads, grad mode (this thread's),
// oneDNN, determinism, matmul precision.
class ConditionsScope {
 public:
  explicit ConditionsScope(const Conditions& wanted);
  ~ConditionsScope();
  ConditionsScope(const ConditionsScope&) = delete;
  ConditionsScope& operator=(const ConditionsScope&) = delete;

  // What could not be honoured, each a sentence: "cpu_capability: recorded AVX512, this machine has
  // AVX2". When it is empty, results must be bit-equal; otherwise tolerance decides.
  const std::vector<std::string>& unmet() const { return unmet_; }

 private:
  struct Saved;
  std::unique_ptr<Saved> saved_;
  std::vector<std::string> unmet_;
};

}  // namespace strata
