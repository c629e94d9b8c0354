#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "anticheat/reply.h"
#include "clang/Frontend/CompilerInstance.h"

namespace strata::frontend {

// A compiler set up from a command line; its errors are put to `errors`, which must outlive it.
// Throws Error "scan.compiler" when the command line is wrong.
std::unique_ptr<clang::CompilerInstance> make_compiler(const std::vector<std::string>& arguments,
                                                       std::vector<ScanError>& errors);

}  // namespace strata::frontend
