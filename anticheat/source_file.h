#pragma once

#include <filesystem>
#include <string>

namespace strata {

// The text of a file to be judged. Throws Error "scan.file" when it is missing, a folder, larger
// than 8 MB, or not text.
std::string read_source(const std::filesystem::path& file);

}  // namespace strata
