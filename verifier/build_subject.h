#pragma once

#include <filesystem>
#include <string>

#include "anticheat/client.h"

namespace strata {

// What the scanner said, and the shared object, which is there only when nothing was found.
struct BuiltSubject {
  ScanReply reply;
  std::filesystem::path library;  // empty when the scan was not clean
  double seconds = 0;             // scan, compilation and linking
};

// Scans and compiles in one parse and links into `scratch`. Findings are in the reply; throws Error
// where a file can't be judged.
BuiltSubject build_subject(ScanRequest request, const std::filesystem::path& scratch,
                           const ScanSettings& settings = {});

// A finding in one line: "level_1_fusion/mlp.h:23:5: [rule] message (text)".
std::string finding_text(const Finding& finding);

}  // namespace strata
