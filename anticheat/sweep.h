#pragma once

#include <filesystem>

namespace strata {

// Notes that a file of the cache was of use. Writes its time at most once a day.
void mark_used(const std::filesystem::path& file);

// Removes from the cache (default_cache) what nobody has used for two weeks: precompiled headers,
// 130 MB each, scans, adapters and verdicts. At most once a day; what can't be removed stays.
void sweep_cache(const std::filesystem::path& cache);

}  // namespace strata
