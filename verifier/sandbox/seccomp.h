#pragma once

#include <linux/filter.h>

#include <span>
#include <vector>

#include "verifier/sandbox/system_calls.h"

namespace strata {

// Whether the kernel takes filters, and this is a machine that ours is written for.
bool seccomp_offered();

// The rules as a program for the kernel, for the process with this id.
std::vector<sock_filter> filter_program(std::span<const CallRule> rules, int process,
                                        bool threads_allowed);

// From here on this process, and all its threads, are held to the rules of system_calls.h. A call
// that ends the process writes its name and the reason to stderr first. Needs no_new_privs. Throws
// Error{"isolation.seccomp"} when the kernel refuses.
void restrict_system_calls(bool threads_allowed);

}  // namespace strata
