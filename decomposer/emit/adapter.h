#pragma once

#include <string>
#include <vector>

namespace strata {

// A component as the adapter finds it.
struct AdapterEntry {
  std::string include;     // "level_0_kernel/linear_1x64x768_768_fp32.h", relative to the adapter
  std::string name_space;  // "linear_1x64x768_768_fp32"
};

// The source of a translation unit that makes and calls these components by number. What it
// exports, and who owns what, stands in docs/output_folder.md.
std::string adapter_text(const std::vector<AdapterEntry>& entries);

// The program that tests every component of an adapter on its own.
std::string self_test_text();

// The build of both against LibTorch. `project`: a CMake project name.
std::string build_text(const std::string& project, const std::vector<AdapterEntry>& entries);

}  // namespace strata
