#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "decomposer/cost/roofline.h"
#include "decomposer/registry/registry.h"

namespace strata {

// The registry of one output folder.
struct FolderModules {
  std::filesystem::path folder;
  Registry registry;
};

// A kernel that some of the models need, by its structural hash.
struct WorkItem {
  Module module;                     // as the first folder that has it describes it
  std::filesystem::path file;        // that runs alone: in that folder
  std::vector<std::int64_t> counts;  // one per folder
  std::int64_t count = 0;            // in all
  Cost all;                          // in all
};

enum class WorkOrder : std::uint8_t { kFlops, kCount, kTime };

// The distinct kernels (level 0) of all folders, the largest first. `common`: only those that more
// than one folder uses. kTime needs a peak.
std::vector<WorkItem> worklist(const std::vector<FolderModules>& folders, bool common,
                               WorkOrder order, const std::optional<Peak>& peak);

// How many of the folders use it.
std::size_t sharing(const WorkItem& item);

std::string worklist_text(const std::vector<WorkItem>& items,
                          const std::vector<FolderModules>& folders,
                          const std::optional<Peak>& peak);
nlohmann::ordered_json worklist_json(const std::vector<WorkItem>& items,
                                     const std::vector<FolderModules>& folders,
                                     const std::optional<Peak>& peak);

}  // namespace strata
