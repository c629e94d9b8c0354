#include <algorithm>
#include <set>

#include "verifier/weight_map.h"

namespace strata {
namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

std::string last_name(const std::string& path) { return path.substr(path.rfind('.') + 1); }

bool same_shape(const Parameter& parameter, const MemberTensor& place) {
  return parameter.meta.sizes == place.sizes && parameter.meta.dtype == place.dtype;
}

WeightLine line_for(const Parameter& parameter, const MemberTensor& place) {
  return {parameter.name, parameter.slice, place.path};
}

}  // namespace

std::vector<WeightLine> automatic_weight_map(const Graph& graph,
                                             const std::vector<ParameterId>& needed,
                                             const std::string& prefix,
                                             const std::vector<MemberTensor>& places) {
  const std::string start = prefix.empty() ? "" : prefix + ".";
  std::vector<WeightLine> lines;
  std::set<ParameterId> left(needed.begin(), needed.end());
  std::vector<const MemberTensor*> open;

  for (const MemberTensor& place : places) {
    const auto named = std::ranges::find_if(needed, [&](ParameterId id) {
      const Parameter& parameter = graph.parameters[at(id)];
      return parameter.slice.empty() && parameter.name == start + place.path &&
             same_shape(parameter, place);
    });
    if (named == needed.end()) {
      open.push_back(&place);
      continue;
    }
    lines.push_back(line_for(graph.parameters[at(*named)], place));
    left.erase(*named);
  }

  // Each round places what has only one possibility; with it gone, others may have only one.
  const auto place_by = [&](auto fits) {
    for (bool changed = true; changed;) {
      changed = false;
      for (const MemberTensor*& place : open) {
        if (place == nullptr) continue;
        std::vector<ParameterId> found;
        for (ParameterId id : left) {
          if (fits(graph.parameters[at(id)], *place)) found.push_back(id);
        }
        const auto rivals = std::ranges::count_if(open, [&](const MemberTensor* other) {
          return other != nullptr && found.size() == 1 &&
                 fits(graph.parameters[at(found.front())], *other);
        });
        if (found.size() != 1 || rivals != 1) continue;
        lines.push_back(line_for(graph.parameters[at(found.front())], *place));
        left.erase(found.front());
        place = nullptr;
        changed = true;
      }
    }
  };
  place_by([](const Parameter& parameter, const MemberTensor& place) {
    return same_shape(parameter, place) && last_name(parameter.name) == last_name(place.path);
  });
  place_by(same_shape);
  std::ranges::sort(lines, {}, &WeightLine::place);
  return lines;
}

}  // namespace strata
