#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "decomposer/graph/index.h"
#include "verifier/weight_map.h"

namespace strata {
namespace {

std::string last_name(const std::string& path) { return path.substr(path.rfind('.') + 1); }

bool same_shape(const Parameter& parameter, const MemberTensor& place) {
  return parameter.meta.sizes == place.sizes && parameter.meta.dtype == place.dtype;
}

// "attn.c_attn.weight" and "attn_c_attn_weight" say the same.
std::string plain_name(std::string path) {
  std::ranges::replace(path, '.', '_');
  return path;
}

// The words of a name: "h.0.ln_1.weight" has h, 0, ln, 1 and weight, and so has "h0.ln1.weight".
std::vector<std::string> words(const std::string& path) {
  std::vector<std::string> found;
  std::string word;
  const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  for (const char letter : path + ".") {
    const bool separates = letter == '.' || letter == '_';
    const bool ends = separates || (!word.empty() && is_digit(word.back()) != is_digit(letter));
    if (ends && !word.empty()) found.push_back(std::exchange(word, ""));
    if (!separates) word += letter;
  }
  return found;
}

// How much two names have in common: words in the same order (the longest common subsequence), then
// words in any order. "h_1.ln_2" is more like "h.1.ln_2" than like "h.2.ln_1".
using Likeness = std::pair<std::size_t, std::size_t>;
Likeness likeness(const std::string& first, const std::string& second) {
  std::vector<std::string> a = words(first);
  std::vector<std::string> b = words(second);
  std::vector<std::size_t> common(b.size() + 1, 0);  // of the words so far, by those of the second
  for (const std::string& word : a) {
    std::size_t diagonal = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = common[j + 1];
      common[j + 1] = word == b[j] ? diagonal + 1 : std::max(above, common[j]);
      diagonal = above;
    }
  }
  std::ranges::sort(a);
  std::ranges::sort(b);
  std::vector<std::string> both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return {common.back(), both.size()};
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

// The greatest likeness of a name to others, and to how many.
struct Best {
  Likeness likeness;
  int count = 0;

  void see(const Likeness& other) {
    if (other > likeness) *this = {other, 0};
    if (other == likeness) ++count;
  }
};

// Pairs of one shape that are more alike than either is to any other.
void place_by_words(const Graph& graph, std::set<ParameterId>& left,
                    std::vector<const MemberTensor*>& open, std::vector<WeightLine>& lines) {
  struct Pair {
    ParameterId id = kNone;
    std::size_t place = 0;
    Likeness likeness;
  };
  std::vector<Pair> pairs;
  for (ParameterId id : left) {
    for (std::size_t i = 0; i < open.size(); ++i) {
      const Parameter& parameter = graph.parameters[at(id)];
      if (open[i] != nullptr && same_shape(parameter, *open[i]))
        pairs.push_back({id, i, likeness(parameter.name, open[i]->path)});
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    std::map<ParameterId, Best> by_id;
    std::map<std::size_t, Best> by_place;
    for (const Pair& pair : pairs) {
      by_id[pair.id].see(pair.likeness);
      by_place[pair.place].see(pair.likeness);
    }
    for (const Pair& pair : pairs) {
      const auto best = [&](const Best& one) {
        return one.likeness == pair.likeness && one.count == 1;
      };
      if (pair.likeness.second == 0 || !best(by_id[pair.id]) || !best(by_place[pair.place]))
        continue;
      lines.push_back(line_for(graph.parameters[at(pair.id)], *open[pair.place]));
      left.erase(pair.id);
      open[pair.place] = nullptr;
      changed = true;
    }
    std::erase_if(pairs, [&](const Pair& pair) {
      return open[pair.place] == nullptr || !left.contains(pair.id);
    });
  }
}

}  // namespace

std::vector<WeightLine> automatic_weight_map(const Graph& graph,
                                             const std::vector<ParameterId>& needed,
                                             const std::string& prefix,
                                             const std::vector<MemberTensor>& places,
                                             const std::vector<WeightLine>& known) {
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
  const auto known_for = [&](const MemberTensor& place) {
    const auto line = std::ranges::find(known, place.path, &WeightLine::place);
    if (line == known.end()) return kNone;
    const auto found = std::ranges::find_if(needed, [&](ParameterId id) {
      const Parameter& parameter = graph.parameters[at(id)];
      return parameter.name == line->original && parameter.slice == line->slice &&
             same_shape(parameter, place);
    });
    return found == needed.end() ? kNone : *found;
  };
  for (const MemberTensor& place : places) {
    ParameterId named = known_for(place);
    if (named == kNone) named = named_like(place, [](const std::string& name) { return name; });
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
