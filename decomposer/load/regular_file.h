#pragma once

#include <filesystem>
#include <fstream>

namespace strata {

// Opens a file to be read as bytes. The stream is not open where it is no file: to open a pipe
// would wait for somebody to write.
std::ifstream open_regular_file(const std::filesystem::path& file);

}  // namespace strata
