#pragma once

#include <filesystem>
#include <vector>

namespace strata {

// The version of the kernel's Landlock interface; 0 when it has none.
int landlock_offered();

// From here on this thread, and all it starts, can read these files and folders (those that are
// not there are left out) and touch no other, write nothing, connect to nothing and signal nobody
// outside. Needs no_new_privs. `version`: of the interface. Throws Error{"isolation.landlock"} when
// the kernel refuses.
void restrict_files(const std::vector<std::filesystem::path>& readable, int version);

}  // namespace strata
