#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "anticheat/request.h"

namespace strata {

// A component file with all that it includes by quoted, relative names.
struct ComponentSource {
  std::filesystem::path file;                // canonical
  std::string name_space;                    // that holds its Model
  std::vector<std::filesystem::path> files;  // it and its children, itself first
  // By file, those that it includes by quoted names.
  std::map<std::filesystem::path, std::vector<std::filesystem::path>> includes;
  bool has_inputs = false;  // it defines get_inputs and get_expected_output_shapes
};

// Throws Error{"component.read"} when the file or a child of it can't be read, is no C++ file by
// its name, or holds no namespace.
ComponentSource read_component(const std::filesystem::path& file);

// The text of an adapter that exports this component alone. It includes the file by its absolute
// path.
std::string adapter_for(const ComponentSource& component);

// The request that judges the files and compiles `adapter`. For an original, which may hold
// anything, as the user's own kernels. `refactored`: what includes other files is a parent, the
// component itself always; what includes none is a kernel in a level_0_* folder, and elsewhere
// flat: not decomposed yet. A file outside the level_N_* folders has the level above its
// children's.
ScanRequest component_request(const ComponentSource& component,
                              const std::filesystem::path& adapter, bool refactored);

}  // namespace strata
