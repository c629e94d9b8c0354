#pragma once

#include <filesystem>
#include <vector>

#include "anticheat/client.h"
#include "verifier/build_subject.h"
#include "verifier/component_source.h"

namespace strata {

// A component file, scanned and compiled on its own.
struct BuiltComponent {
  ComponentSource source;
  BuiltSubject subject;
};

// What the files of a component are judged as.
struct JudgedAs {
  Profile profile = Profile::kUserKernel;  // of the component itself; an original may hold anything
  OperatorCounts arithmetic;       // that parents may compute; empty: the policy's general bounds
  std::vector<JudgedFile> ledger;  // files in it are judged by it, kernels wherever they lie
  std::vector<std::filesystem::path> user_kernels;  // raw code, whatever the ledger says of it
};

// A component file as it is judged when nothing is known of its original.
JudgedAs judged_as(const ComponentSource& source,
                   const std::vector<std::filesystem::path>& user_kernels);

// What building asks of the scanner, but for the object, which build_subject names. The adapter
// lies in the cache, where that can be written, else in `scratch`.
ScanRequest build_request(const ComponentSource& source, const std::filesystem::path& scratch,
                          const JudgedAs& as, const ScanSettings& settings);

// Compiles in `scratch`, an empty folder. Throws Error where a file can't be judged.
BuiltComponent build_component(ComponentSource source, const std::filesystem::path& scratch,
                               const JudgedAs& as, const ScanSettings& settings);

}  // namespace strata
