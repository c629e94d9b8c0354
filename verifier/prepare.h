#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "anticheat/client.h"
#include "verifier/step.h"

namespace strata {

struct PrepareOptions {
  std::shared_ptr<const Judged> judged;
  ScanRequest request;
  std::filesystem::path scratch;
  ScanSettings scan;
  std::vector<ValueId> wanted;
  int parallel = 1;
  std::function<void(std::size_t, std::size_t, const std::string&)> progress;
};

// What all steps need.
struct Prepared {
  ScanReply scan;
  std::filesystem::path library;  // empty when the scan found something
  double build_seconds = 0;
  nlohmann::json captured;
};

// Runs the original once and stores the wanted values in the judged capture file; the last stage
// returns what capture() gave.
Job capture_job(std::shared_ptr<const Judged> judged, std::vector<ValueId> wanted);
// What the last stage of a job returned. Throws Error where it did not finish.
const nlohmann::json& job_result(const std::string& job, const std::vector<Outcome>& outcomes);

// Checks the weights against the archive's checksums and the record against the archive, in a
// process of its own. Throws Error where they differ.
void check_archive(const std::shared_ptr<const Judged>& judged);

// Scans and compiles, checks the weights against the archive's checksums and the record against the
// archive, and runs the original once, side by side in processes of their own. Throws Error for
// what one of them could not do.
Prepared prepare(const PrepareOptions& options);

// "gpt2.pt2" -> "gpt2.recorded.json", whether or not it is there.
std::filesystem::path record_path(const std::filesystem::path& archive);

}  // namespace strata
