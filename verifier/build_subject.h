#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "anticheat/client.h"
#include "decomposer/tree/tree.h"

namespace strata {

// A folder of its own under the system's temporary directory; removed with all it holds.
class TemporaryFolder {
 public:
  TemporaryFolder();  // throws Error{"verify.temporary"}
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// What the scanner said, and the shared object, which is there only when nothing was found.
struct BuiltSubject {
  ScanReply reply;
  std::filesystem::path library;  // empty when the scan was not clean
  double seconds = 0;             // scan, compilation and linking
};

// The request that judges every component file of an emitted folder, each against what the ledger
// gives to its component, and compiles the folder's adapter. `user_kernels` are raw code instead,
// with all that they include.
ScanRequest tree_request(const Tree& tree, const std::filesystem::path& folder,
                         const std::set<ComponentId>& user_kernels = {});

// Scans and compiles in one parse and links into `scratch`. Findings are in the reply; throws Error
// where a file can't be judged.
BuiltSubject build_subject(ScanRequest request, const std::filesystem::path& scratch,
                           const ScanSettings& settings = {});

// A finding in one line: "level_1_fusion/mlp.h:23:5: [rule] message (text)".
std::string finding_text(const Finding& finding);

}  // namespace strata
