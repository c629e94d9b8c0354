#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "anticheat/facts/facts.h"
#include "anticheat/reply.h"
#include "anticheat/request.h"

namespace strata::frontend {

// Judges facts: puts findings, errors and what classes compute into the reply.
using Judge = std::function<void(const facts::Project&, ScanReply&)>;

// Parses the request's files once, has them judged, and compiles them from the same syntax tree
// when nothing was found and an object is wanted. `cache` is the folder of the precompiled header.
// Throws Error when it can't start.
ScanReply run_scanner(const ScanRequest& request, const std::filesystem::path& cache,
                      const Judge& judge);

}  // namespace strata::frontend
