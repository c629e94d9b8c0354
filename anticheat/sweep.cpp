#include "anticheat/sweep.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <string_view>
#include <vector>

namespace strata {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::days kBetween{1};
constexpr std::chrono::days kKept{14};

// A file that is not there was never used.
fs::file_time_type last_use(const fs::path& file) {
  std::error_code absent;
  const fs::file_time_type time = fs::last_write_time(file, absent);
  return absent ? fs::file_time_type::min() : time;
}

bool is_younger(const fs::path& file, std::chrono::days age) {
  return last_use(file) > fs::file_time_type::clock::now() - age;
}

// What stands in a folder, by the name without its suffix: what belongs together goes together.
std::map<fs::path, std::vector<fs::path>> entries_of(const fs::path& folder) {
  std::map<fs::path, std::vector<fs::path>> entries;
  std::error_code absent;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, absent))
    entries[entry.path().stem()].push_back(entry.path());
  return entries;
}

void sweep_folder(const fs::path& folder, std::string_view prefix) {
  for (const auto& [stem, files] : entries_of(folder)) {
    const bool used =
        std::ranges::any_of(files, [](const fs::path& file) { return is_younger(file, kKept); });
    if (used || !stem.string().starts_with(prefix)) continue;
    std::error_code ignored;
    for (const fs::path& file : files) fs::remove_all(file, ignored);
  }
}

}  // namespace

void mark_used(const fs::path& file) {
  std::error_code ignored;
  if (!is_younger(file, kBetween))
    fs::last_write_time(file, fs::file_time_type::clock::now(), ignored);
}

void sweep_cache(const fs::path& cache) {
  const fs::path swept = cache / "swept";
  if (is_younger(swept, kBetween)) return;
  if (!std::ofstream(swept)) return;
  mark_used(swept);
  sweep_folder(cache, "header-");
  for (const char* folder : {"scans", "adapters", "verdicts"}) sweep_folder(cache / folder, "");
}

}  // namespace strata
