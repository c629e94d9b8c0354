#pragma once

#include "scripts/command.h"

// The subcommands of `strata`, one file each.

namespace strata {

inline constexpr char kProgramName[] = "strata";
inline constexpr char kProgramPurpose[] =
    "Takes exported PyTorch models apart into small standalone C++ modules, and proves them right.";

Command decompose_command(CLI::App& program);
Command verify_command(CLI::App& program);
Command show_command(CLI::App& program);
Command scan_command(CLI::App& program);
Command flops_command(CLI::App& program);
Command kernels_command(CLI::App& program);
Command diff_command(CLI::App& program);

}  // namespace strata
