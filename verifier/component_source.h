#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "anticheat/component_files.h"
#include "anticheat/request.h"

namespace strata {

// A component file, and what an adapter needs to know of it.
struct ComponentSource {
  ComponentFiles files;     // it and its children
  std::string name_space;   // that holds its Model
  bool has_inputs = false;  // it defines get_inputs and get_expected_output_shapes
};

// Throws Error{"component.read"} when the file is no C++ file by its name, holds no namespace, or
// includes a file that is not there, and what component_files throws.
ComponentSource read_component(const std::filesystem::path& file);

// The text of an adapter that exports this component alone. It includes the file by its absolute
// path.
std::string adapter_for(const ComponentSource& component);

// The request that judges the files, as judged_files says, and compiles `adapter`.
ScanRequest component_request(const ComponentSource& component,
                              const std::filesystem::path& adapter, Profile profile,
                              const std::vector<std::filesystem::path>& user_kernels = {});

}  // namespace strata
