#include <fmt/format.h>
#include <fmt/ranges.h>

#include "decomposer/quality/quality.h"

namespace strata {
namespace {

double instances_per_component(const Quality& quality) {
  return quality.components == 0 ? 0 : static_cast<double>(quality.instances) / quality.components;
}

nlohmann::json to_json(const Breadth& breadth) {
  return {{"component", breadth.component}, {"distinct_children", breadth.distinct_children}};
}

std::string names(const std::vector<std::string>& list) {
  return list.empty() ? "none" : fmt::format("{}", fmt::join(list, ", "));
}

}  // namespace

nlohmann::json to_json(const Quality& quality) {
  nlohmann::json leaks = nlohmann::json::array();
  for (const Leak& leak : quality.leaks) {
    leaks.push_back({{"instance", leak.instance},
                     {"module", leak.module},
                     {"value", leak.value},
                     {"is_input", leak.is_input}});
  }
  return {{"violations", quality.violations},
          {"loose_compute", quality.loose_compute},
          {"kernels", quality.kernels},
          {"components", quality.components},
          {"instances", quality.instances},
          {"instances_per_component", instances_per_component(quality)},
          {"root", to_json(quality.root)},
          {"widest", to_json(quality.widest)},
          {"unrolled", quality.unrolled},
          {"generic", quality.generic},
          {"modules_compared", quality.modules_compared},
          {"leaks", std::move(leaks)}};
}

std::string quality_text(const Quality& quality) {
  std::string text;
  const auto line = [&](std::string_view what, const std::string& value) {
    text += fmt::format("  {:<26} {}\n", what, value);
  };
  line("rules broken", std::to_string(quality.violations));
  line("loose compute in parents", std::to_string(quality.loose_compute));
  line("distinct kernels", std::to_string(quality.kernels));
  line("instances per component", fmt::format("{:.2f}", instances_per_component(quality)));
  line("children of the model", std::to_string(quality.root.distinct_children));
  if (!quality.widest.component.empty()) {
    line("most children below it",
         fmt::format("{} in {}", quality.widest.distinct_children, quality.widest.component));
  }
  line("layers in a row, no list", names(quality.unrolled));
  line("generic kernel names", names(quality.generic));
  if (quality.modules_compared == 0) {
    line("leaks at the boundaries", "not known: the archive holds no signatures of modules");
  } else {
    line("leaks at the boundaries",
         fmt::format("{} in {} whole modules", quality.leaks.size(), quality.modules_compared));
  }
  for (const Leak& leak : quality.leaks) {
    text += fmt::format("    {} {} {}, which {} doesn't\n", leak.instance,
                        leak.is_input ? "takes" : "gives", leak.value, leak.module);
  }
  return text;
}

}  // namespace strata
