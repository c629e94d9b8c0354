#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "decomposer/load/regular_file.h"
#include "kernels_l0/error.h"
#include "verifier/nearest.h"
#include "verifier/report.h"
#include "verifier/weight_map.h"

namespace strata {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& pointer,
                         const std::string& message) {
  throw Error("weight_map.read", fmt::format("{}: {}", file.string(), message),
              file.string() + "#" + pointer);
}

// The document, none of whose objects names an entry twice: a parser would keep the last and say
// nothing.
json read_strictly(const std::filesystem::path& file) {
  std::ifstream in = open_regular_file(file);
  if (!in.is_open()) {
    throw Error(
        "weight_map.read",
        fmt::format("{}: must be a readable weight map; got none; check the path", file.string()));
  }
  std::vector<std::set<std::string>> names;
  std::string twice;
  const auto watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second)
      twice = parsed.get<std::string>();
    return true;
  };
  json document;
  try {
    document = json::parse(in, watch);
  } catch (const json::parse_error& problem) {
    throw Error("weight_map.read", fmt::format("{}: must be JSON; got byte {}: {}", file.string(),
                                               problem.byte, problem.what()));
  }
  if (!twice.empty()) refuse(file, "/" + twice, "must name every entry once; got it twice");
  if (!document.is_object()) refuse(file, "", "must hold one JSON object");
  return document;
}

void only(const std::filesystem::path& file, const json& object, std::set<std::string> known,
          const std::string& pointer) {
  for (const auto& [key, value] : object.items()) {
    if (known.contains(key)) continue;
    refuse(file, pointer + "/" + key,
           fmt::format("must hold no other entries than it is defined with; got \"{}\"; {}", key,
                       nearest(key, {known.begin(), known.end()})));
  }
}

const json& entry(const std::filesystem::path& file, const json& object, const char* key,
                  json::value_t type, const std::string& pointer) {
  const auto found = object.find(key);
  if (found == object.end() || found->type() != type) {
    refuse(file, pointer,
           fmt::format("must have an entry \"{}\" of type {}; got {}", key, json(type).type_name(),
                       found == object.end() ? "none" : found->type_name()));
  }
  return *found;
}

std::string text(const std::filesystem::path& file, const json& object, const char* key,
                 const std::string& pointer) {
  return entry(file, object, key, json::value_t::string, pointer).get<std::string>();
}

std::vector<WeightLine> instance_lines(const std::filesystem::path& file, const json& instance,
                                       const std::string& pointer) {
  std::vector<WeightLine> lines;
  const json& weights = entry(file, instance, "weights", json::value_t::array, pointer);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::string line = fmt::format("{}/weights/{}", pointer, i);
    if (!weights[i].is_object()) refuse(file, line, "must be an object");
    lines.push_back({text(file, weights[i], "original", line),
                     text(file, weights[i], "slice", line), text(file, weights[i], "place", line)});
  }
  return lines;
}

// One call of a module: where its entry stands, and its lines.
struct Call {
  std::string pointer;
  std::vector<WeightLine> lines;
};

// A module that is called twice has two entries, and one set of weights.
void require_agreement(const std::filesystem::path& file, const Call& first, const Call& second) {
  const auto by_place = [](const Call& call) {
    std::map<std::string, WeightLine> lines;
    for (const WeightLine& line : call.lines) lines[line.place] = line;
    return lines;
  };
  const auto one = by_place(first);
  const auto other = by_place(second);
  std::set<std::string> places;
  for (const Call* call : {&first, &second})
    for (const WeightLine& line : call->lines) places.insert(line.place);
  for (const std::string& place : places) {
    const WeightLine here = one.contains(place) ? one.at(place) : WeightLine{};
    const WeightLine there = other.contains(place) ? other.at(place) : WeightLine{};
    if (here == there) continue;
    throw Error("weight_map.contradiction",
                fmt::format("{}: calls of one module must have the same weights; got {} in {} and "
                            "{} in {} for {}; correct one of the two",
                            file.string(), weight_text(here), first.pointer, weight_text(there),
                            second.pointer, place),
                file.string() + "#" + second.pointer);
  }
}

}  // namespace

std::vector<WeightLine> read_weight_lines(const std::filesystem::path& file,
                                          const Instance& instance) {
  const json document = read_document(file, "weight_map/1");
  const json& instances = entry(file, document, "instances", json::value_t::array, "");
  std::vector<WeightLine> lines;
  std::string found;  // where they stand
  for (std::size_t i = 0; i < instances.size(); ++i) {
    const std::string pointer = fmt::format("/instances/{}", i);
    if (!instances[i].is_object()) refuse(file, pointer, "must be an object");
    if (text(file, instances[i], "path", pointer) != instance.path) continue;
    std::vector<WeightLine> here = instance_lines(file, instances[i], pointer);
    if (!found.empty()) require_agreement(file, {found, lines}, {pointer, here});
    lines = std::move(here);
    found = pointer;
  }
  if (!found.empty()) return lines;
  refuse(
      file, "/instances",
      fmt::format("must hold the instance \"{}\"; got {} others", instance.path, instances.size()));
}

std::vector<WeightLine> read_weight_map(const std::filesystem::path& file) {
  const json document = read_strictly(file);
  std::vector<WeightLine> lines;
  const auto add = [&](const std::string& original, const json& places,
                       const std::string& pointer) {
    for (const json& place : places.is_array() ? places : json::array({places})) {
      if (!place.is_string()) {
        refuse(file, pointer,
               fmt::format("must be a place or a list of places; got {}", place.type_name()));
      }
      lines.push_back({original, "", place.get<std::string>()});
    }
  };
  if (document.contains("schema")) {
    if (document["schema"] != "weight_map/1") {
      refuse(file, "/schema",
             fmt::format("must be \"weight_map/1\"; got {}", document["schema"].dump()));
    }
    only(file, document, {"schema", "component", "original", "instances"}, "");
    const json& members = entry(file, document, "original", json::value_t::array, "");
    for (std::size_t i = 0; i < members.size(); ++i) {
      const std::string pointer = fmt::format("/original/{}", i);
      if (!members[i].is_object()) refuse(file, pointer, "must be an object");
      only(file, members[i], {"member", "places"}, pointer);
      add(text(file, members[i], "member", pointer),
          entry(file, members[i], "places", json::value_t::array, pointer), pointer + "/places");
    }
    return lines;
  }
  for (const auto& [original, places] : document.items()) add(original, places, "/" + original);
  return lines;
}

}  // namespace strata
