#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "verifier/report.h"
#include "verifier/sandbox/isolation.h"

// What the programs that judge have in common.

namespace strata {

int exit_code(Verdict verdict);

// --memory-limit and --weak-isolation.
void add_isolation_options(CLI::App& app, Isolation& isolation);

// --arbiter and --gradients.
void add_check_options(CLI::App& app, std::string& arbiter, bool& gradients);

}  // namespace strata
