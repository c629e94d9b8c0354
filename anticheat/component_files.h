#pragma once

#include <filesystem>
#include <map>
#include <string_view>
#include <vector>

#include "anticheat/request.h"

namespace strata {

// The files that belong to a component: itself and what it includes by quoted, relative names, and
// so on. All names are canonical.
struct ComponentFiles {
  std::filesystem::path file;
  std::vector<std::filesystem::path> files;  // those that are there, itself first
  // By file, those that it includes, there or not: the scan says where one is missing.
  std::map<std::filesystem::path, std::vector<std::filesystem::path>> includes;
};

// Throws Error "scan.file" when one of them is a folder, binary, or larger than a component is.
ComponentFiles component_files(const std::filesystem::path& file);

// The names in the lines #include "name" of a text.
std::vector<std::string_view> quoted_includes(std::string_view text);

// What a component is judged as when nobody says: a kernel in a level_0_* folder, elsewhere a
// parent.
Profile default_profile(const std::filesystem::path& file);

// What each file is judged as, the component itself as `profile`. Of its children one that
// includes others is a parent, one that includes none is a kernel in a level_0_* folder, and
// elsewhere flat: not decomposed yet. A user's own kernel has only files of its own kind; those of
// the component's files that are `user_kernels` are such kernels. A file outside the level_N_*
// folders has the level above its children's.
std::vector<JudgedFile> judged_files(const ComponentFiles& component, Profile profile,
                                     const std::vector<std::filesystem::path>& user_kernels = {});

// Throws Error "scan.user_kernel" when one of `user_kernels` is none of the files.
void require_among(const std::vector<std::filesystem::path>& files,
                   const std::vector<std::filesystem::path>& user_kernels);

}  // namespace strata
