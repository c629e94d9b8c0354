#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "anticheat/request.h"

namespace strata {

// A component file with all that it includes by quoted, relative names.
struct ComponentSource {
  std::filesystem::path file;                // canonical
  std::string name_space;                    // that holds its Model
  std::vector<std::filesystem::path> files;  // it and its children, itself first
  bool has_inputs = false;                   // it defines get_inputs and get_expected_output_shapes
};

// Throws Error{"component.read"} when the file or a child of it can't be read, or holds no
// namespace.
ComponentSource read_component(const std::filesystem::path& file);

// The text of an adapter that exports this component alone. It includes the file by its absolute
// path.
std::string adapter_for(const ComponentSource& component);

// The request that judges the files and compiles `adapter`. `refactored`: parents and kernels by
// their level; else, for an original, which may hold anything, as the user's own kernels.
ScanRequest component_request(const ComponentSource& component,
                              const std::filesystem::path& adapter, bool refactored);

}  // namespace strata
