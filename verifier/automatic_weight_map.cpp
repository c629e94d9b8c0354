#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "verifier/weight_map.h"

namespace strata {
namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

std::string last_name(const std::string& path) { return path.substr(path.rfind('.') + 1); }

bool same_shape(const Parameter& parameter, const MemberTensor& place) {
  return parameter.meta.sizes == place.sizes && parameter.meta.dtype == place.dtype;
}

// "attn.c_attn.weight" and "attn_c_attn_weight" say the same.
std::string plain_name(std::string path) {
  std::ranges::replace(path, '.', '_');
  return path;
}

// The words of a name: "h.0.ln_1.weight" has h, 0, ln, 1 and weight.
std::multiset<std::string> words(const std::string& path) {
  std::multiset<std::string> found;
  std::string word;
  for (const char letter : path + ".") {
    if (letter != '.' && letter != '_') {
      word += letter;
    } else if (!word.empty()) {
      found.insert(std::exchange(word, ""));
    }
  }
  return found;
}

std::size_t shared_words(const std::string& first, const std::string& second) {
  const std::multiset<std::string> a = words(first);
  const std::multiset<std::string> b = words(second);
  std::vector<std::string> both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return both.size();
}

// The same memory, seen the same way.
bool tied(const Parameter& a, const Parameter& b) {
  return a.storage != kNone && a.storage == b.storage &&
         a.meta.storage_offset == b.meta.storage_offset && a.meta.sizes == b.meta.sizes &&
         a.meta.strides == b.meta.strides;
}

WeightLine line_for(const Parameter& parameter, const MemberTensor& place) {
  return {parameter.name, parameter.slice, place.path};
}

// Pairs of one shape that share more words with each other than either does with any other.
void place_by_words(const Graph& graph, std::set<ParameterId>& left,
                    std::vector<const MemberTensor*>& open, std::vector<WeightLine>& lines) {
  struct Pair {
    ParameterId id = kNone;
    std::size_t place = 0;
    std::size_t shared = 0;
  };
  for (bool changed = true; changed;) {
    changed = false;
    std::vector<Pair> pairs;
    for (ParameterId id : left) {
      for (std::size_t i = 0; i < open.size(); ++i) {
        if (open[i] != nullptr && same_shape(graph.parameters[at(id)], *open[i]))
          pairs.push_back({id, i, shared_words(graph.parameters[at(id)].name, open[i]->path)});
      }
    }
    for (const Pair& pair : pairs) {
      const bool best = pair.shared > 0 && std::ranges::all_of(pairs, [&](const Pair& other) {
                          const bool rival = (other.id == pair.id) != (other.place == pair.place);
                          return !rival || other.shared < pair.shared;
                        });
      if (!best || open[pair.place] == nullptr || !left.contains(pair.id)) continue;
      lines.push_back(line_for(graph.parameters[at(pair.id)], *open[pair.place]));
      left.erase(pair.id);
      open[pair.place] = nullptr;
      changed = true;
    }
  }
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

  // The needed weight that has this name, or is tied to one that has.
  const auto named_like = [&](const MemberTensor& place, auto name_of) {
    const auto fits = [&](const Parameter& parameter) {
      return parameter.slice.empty() && name_of(parameter.name) == name_of(start + place.path) &&
             same_shape(parameter, place);
    };
    const auto direct = std::ranges::find_if(
        needed, [&](ParameterId id) { return fits(graph.parameters[at(id)]); });
    if (direct != needed.end()) return *direct;
    const auto other = std::ranges::find_if(graph.parameters, fits);
    if (other == graph.parameters.end()) return kNone;
    const auto through = std::ranges::find_if(
        needed, [&](ParameterId id) { return tied(graph.parameters[at(id)], *other); });
    return through == needed.end() ? kNone : *through;
  };
  for (const MemberTensor& place : places) {
    ParameterId named = named_like(place, [](const std::string& name) { return name; });
    if (named == kNone) named = named_like(place, plain_name);
    if (named == kNone) {
      open.push_back(&place);
      continue;
    }
    lines.push_back(line_for(graph.parameters[at(named)], place));
    left.erase(named);
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
  place_by_words(graph, left, open, lines);
  std::ranges::sort(lines, {}, &WeightLine::place);
  return lines;
}

}  // namespace strata
