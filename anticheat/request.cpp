#include "anticheat/request.h"

#include <set>

#include <nlohmann/json.hpp>

#include "kernels_l0/error.h"

namespace strata {
namespace {

using nlohmann::json;

constexpr char kSchema[] = "scan_request/1";
constexpr std::pair<Profile, std::string_view> kProfiles[] = {
    {Profile::kParent, "parent"},
    {Profile::kCatalogueL0, "catalogue_l0"},
    {Profile::kFlat, "flat"},
    {Profile::kUserKernel, "user_kernel"},
    {Profile::kAdapter, "adapter"}};

[[noreturn]] void refuse(const std::string& rule, const std::string& got,
                         const std::string& pointer) {
  throw Error("scan.request", "request: " + rule + "; got " + got + "; see anticheat/request.h",
              pointer);
}

void check_keys(const json& object, const std::set<std::string>& known,
                const std::string& pointer) {
  if (!object.is_object()) refuse("an object is expected", object.type_name(), pointer);
  for (const auto& [key, value] : object.items()) {
    if (!known.contains(key)) refuse("keys must be known", "'" + key + "'", pointer + "/" + key);
  }
}

std::string read_text(const json& object, const char* key, const std::string& pointer) {
  if (!object.contains(key)) return {};
  if (!object[key].is_string())
    refuse("a string is expected", object[key].type_name(), pointer + "/" + key);
  return object[key].get<std::string>();
}

std::vector<std::string> read_texts(const json& object, const char* key,
                                    const std::string& pointer) {
  std::vector<std::string> texts;
  if (!object.contains(key)) return texts;
  if (!object[key].is_array())
    refuse("a list is expected", object[key].type_name(), pointer + "/" + key);
  for (const json& item : object[key]) {
    if (!item.is_string()) refuse("strings are expected", item.type_name(), pointer + "/" + key);
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::optional<OperatorCounts> read_counts(const json& object, const char* key,
                                          const std::string& pointer) {
  if (!object.contains(key)) return std::nullopt;
  const std::string place = pointer + "/" + key;
  if (!object[key].is_object())
    refuse("counts by operator are expected", object[key].type_name(), place);
  OperatorCounts counts;
  for (const auto& [name, count] : object[key].items()) {
    if (!count.is_number_integer())
      refuse("a count is expected", count.type_name(), place + "/" + name);
    counts[name] = count.get<int>();
  }
  return counts;
}

JudgedFile read_file(const json& object, const std::string& pointer) {
  check_keys(object, {"file", "profile", "level", "operators", "arithmetic", "vanishing"}, pointer);
  JudgedFile file;
  file.file = read_text(object, "file", pointer);
  if (file.file.empty()) refuse("a judged file has a path", "none", pointer + "/file");
  const std::string profile = read_text(object, "profile", pointer);
  const auto known = profile_from_name(profile);
  if (!known) refuse("a profile is expected", "'" + profile + "'", pointer + "/profile");
  file.profile = *known;
  if (object.contains("level")) {
    if (!object["level"].is_number_integer())
      refuse("a level is expected", object["level"].type_name(), pointer + "/level");
    file.level = object["level"].get<int>();
  }
  file.operators = read_counts(object, "operators", pointer);
  file.arithmetic = read_counts(object, "arithmetic", pointer);
  if (object.contains("vanishing")) {
    if (!object["vanishing"].is_number_integer())
      refuse("a count is expected", object["vanishing"].type_name(), pointer + "/vanishing");
    file.vanishing = object["vanishing"].get<int>();
  }
  return file;
}

}  // namespace

std::string_view profile_name(Profile profile) {
  for (const auto& [value, name] : kProfiles) {
    if (value == profile) return name;
  }
  return "";
}

std::optional<Profile> profile_from_name(std::string_view name) {
  for (const auto& [value, known] : kProfiles) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::optional<int> level_of(const JudgedFile& file) {
  if (file.level) return file.level;
  const std::string folder = file.file.parent_path().filename().string();
  constexpr std::string_view kStart = "level_";
  const bool says = folder.starts_with(kStart) && folder.size() > kStart.size() + 1 &&
                    folder[kStart.size() + 1] == '_';
  if (!says) return std::nullopt;
  const char digit = folder[kStart.size()];
  return digit >= '0' && digit <= '3' ? std::optional<int>(digit - '0') : std::nullopt;
}

json to_json(const ScanRequest& request) {
  json files = json::array();
  for (const JudgedFile& file : request.files) {
    json entry = {{"file", file.file.string()}, {"profile", profile_name(file.profile)}};
    if (file.level) entry["level"] = *file.level;
    if (file.operators) entry["operators"] = *file.operators;
    if (file.arithmetic) entry["arithmetic"] = *file.arithmetic;
    if (file.vanishing != 0) entry["vanishing"] = file.vanishing;
    files.push_back(std::move(entry));
  }
  std::vector<std::string> folders;
  for (const auto& folder : request.include_directories) folders.push_back(folder.string());
  return {{"schema", kSchema},         {"main", request.main.string()},
          {"files", std::move(files)}, {"include_directories", folders},
          {"flags", request.flags},    {"object", request.object.string()}};
}

ScanRequest request_from_json(const json& document) {
  check_keys(document, {"schema", "main", "files", "include_directories", "flags", "object"}, "");
  const std::string schema = read_text(document, "schema", "");
  if (schema != kSchema) refuse("schema must be \"scan_request/1\"", "'" + schema + "'", "/schema");
  ScanRequest request;
  request.main = read_text(document, "main", "");
  request.object = read_text(document, "object", "");
  request.flags = read_texts(document, "flags", "");
  for (const std::string& folder : read_texts(document, "include_directories", "")) {
    request.include_directories.emplace_back(folder);
  }
  if (!document.contains("files") || !document["files"].is_array() || document["files"].empty()) {
    refuse("at least one file is expected", "none", "/files");
  }
  int index = 0;
  for (const json& entry : document["files"]) {
    request.files.push_back(read_file(entry, "/files/" + std::to_string(index++)));
  }
  return request;
}

}  // namespace strata
