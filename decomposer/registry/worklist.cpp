#include "decomposer/registry/worklist.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "decomposer/cost/quantity.h"

namespace strata {
namespace {

double key_of(const WorkItem& item, WorkOrder order, const std::optional<Peak>& peak) {
  switch (order) {
    case WorkOrder::kFlops:
      return static_cast<double>(item.all.flops.total().value());
    case WorkOrder::kCount:
      return static_cast<double>(item.count);
    case WorkOrder::kTime:
      break;
  }
  return least_seconds(item.module.own, *peak) * static_cast<double>(item.count);
}

}  // namespace

std::size_t sharing(const WorkItem& item) {
  return static_cast<std::size_t>(
      std::ranges::count_if(item.counts, [](std::int64_t count) { return count > 0; }));
}

std::vector<WorkItem> worklist(const std::vector<FolderModules>& folders, bool common,
                               WorkOrder order, const std::optional<Peak>& peak) {
  std::vector<WorkItem> items;
  std::map<std::string, std::size_t> by_hash;
  for (std::size_t f = 0; f < folders.size(); ++f) {
    for (const Module& module : folders[f].registry.modules) {
      if (module.level != 0) continue;
      const auto [place, added] = by_hash.try_emplace(module.hash, items.size());
      if (added) {
        items.push_back({module, folders[f].folder / module.file, {}, 0, {}});
        items.back().counts.assign(folders.size(), 0);
      }
      WorkItem& item = items[place->second];
      for (const ModuleUse& use : module.uses) item.counts[f] += use.count;
    }
  }
  for (WorkItem& item : items) {
    for (const std::int64_t count : item.counts) item.count += count;
    item.all = item.module.own * item.count;
  }
  if (common) std::erase_if(items, [](const WorkItem& item) { return sharing(item) < 2; });
  std::ranges::sort(items, [&](const WorkItem& a, const WorkItem& b) {
    const double first = key_of(a, order, peak);
    const double second = key_of(b, order, peak);
    return first != second ? first > second : a.module.name < b.module.name;
  });
  return items;
}

std::string worklist_text(const std::vector<WorkItem>& items,
                          const std::vector<FolderModules>& folders,
                          const std::optional<Peak>& peak) {
  std::string text = fmt::format(
      "{} kernel{} of {} model{}\n    FLOP  count models     each     "
      "read  written  FLOP/byte{}  file\n",
      items.size(), items.size() == 1 ? "" : "s", folders.size(), folders.size() == 1 ? "" : "s",
      peak ? "      time" : "");
  for (const WorkItem& item : items) {
    const Cost& own = item.module.own;
    text += fmt::format("{:>8} {:>6} {:>3}/{:<2} {:>8} {:>8} {:>8} {:>10.3g}",
                        scaled(item.all.flops.total()), item.count, sharing(item), folders.size(),
                        scaled(own.flops.total()), scaled(own.bytes_read),
                        scaled(own.bytes_written), intensity(own));
    if (peak) {
      text += fmt::format(" {:>9}",
                          time_text(least_seconds(own, *peak) * static_cast<double>(item.count)));
    }
    text += "  " + item.file.string() + (item.module.uncounted.empty() ? "" : " (not all counted)");
    text += "\n";
  }
  return text;
}

nlohmann::ordered_json worklist_json(const std::vector<WorkItem>& items,
                                     const std::vector<FolderModules>& folders,
                                     const std::optional<Peak>& peak) {
  using Json = nlohmann::ordered_json;
  Json kernels = Json::array();
  for (const WorkItem& item : items) {
    Json uses = Json::array();
    for (std::size_t f = 0; f < folders.size(); ++f) {
      if (item.counts[f] > 0)
        uses.push_back({{"folder", folders[f].folder.string()}, {"count", item.counts[f]}});
    }
    const Cost& own = item.module.own;
    Json kernel = {{"name", item.module.name},
                   {"operation", item.module.operation},
                   {"file", item.file.string()},
                   {"hash", item.module.hash},
                   {"deterministic", item.module.deterministic},
                   {"count", item.count},
                   {"flops", own.flops.total().value()},
                   {"matrix_flops", own.flops.matrix.value()},
                   {"vector_flops", own.flops.vector.value()},
                   {"bytes_read", own.bytes_read.value()},
                   {"bytes_written", own.bytes_written.value()},
                   {"intensity", intensity(own)},
                   {"uncounted", item.module.uncounted},
                   {"uses", std::move(uses)}};
    if (peak) {
      kernel["seconds"] = least_seconds(own, *peak);
      kernel["bound"] = is_compute_bound(own, *peak) ? "compute" : "memory";
    }
    kernels.push_back(std::move(kernel));
  }
  return {{"schema", "kernels/1"}, {"kernels", std::move(kernels)}};
}

}  // namespace strata
