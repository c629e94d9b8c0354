#include "decomposer/tree/json_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "kernels_l0/error.h"

namespace strata {
namespace {

using Json = nlohmann::json;

// Parses, and remembers the first key that an object has twice.
Json parse(const std::string& text, const std::string& file) {
  std::vector<std::set<std::string>> keys;
  std::string repeated;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      repeated = parsed.get<std::string>();
    return true;
  };
  Json document;
  try {
    document = Json::parse(text, watch);
  } catch (const Json::parse_error& error) {
    throw Error(
        "tree.json",
        fmt::format("{}: must be JSON; got a syntax error at byte {}; decompose the model again",
                    file, error.byte),
        file);
  }
  if (!repeated.empty()) {
    throw Error(
        "tree.json",
        fmt::format("{}: a key stands once in an object; got '{}' twice; decompose the model again",
                    file, repeated),
        file);
  }
  return document;
}

}  // namespace

JsonPlace::JsonPlace(std::shared_ptr<const Json> document, const Json* value, std::string file,
                     std::string pointer)
    : document_(std::move(document)),
      value_(value),
      file_(std::move(file)),
      pointer_(std::move(pointer)) {}

JsonPlace JsonPlace::below(const Json& value, const std::string& step) const {
  return {document_, &value, file_, pointer_ + "/" + step};
}

JsonPlace JsonPlace::document(const std::string& text, const std::string& file,
                              const std::string& schema) {
  auto parsed = std::make_shared<const Json>(parse(text, file));
  const Json* root = parsed.get();
  const JsonPlace place(std::move(parsed), root, file, "");
  const auto found = root->is_object() ? root->find("schema") : root->end();
  if (!root->is_object() || found == root->end())
    place.refuse(fmt::format("\"schema\": \"{}\" is expected", schema));
  if (*found != schema)
    place.below(*found, "schema").refuse(fmt::format("'{}' is expected", schema));
  return place;
}

std::vector<JsonPlace> JsonPlace::members(std::initializer_list<const char*> keys) const {
  if (!value_->is_object()) refuse("an object is expected");
  for (const auto& [key, value] : value_->items()) {
    if (std::ranges::find(keys, key) == keys.end()) below(value, key).refuse("an unknown key");
  }
  std::vector<JsonPlace> found;
  for (const char* key : keys) {
    const auto member = value_->find(key);
    if (member == value_->end()) refuse(fmt::format("key '{}' is missing", key));
    found.push_back(below(*member, key));
  }
  return found;
}

std::pair<std::string, JsonPlace> JsonPlace::only_member() const {
  if (!value_->is_object() || value_->size() != 1) refuse("an object with one key is expected");
  return {value_->begin().key(), below(*value_->begin(), value_->begin().key())};
}

std::vector<JsonPlace> JsonPlace::items() const {
  if (!value_->is_array()) refuse("a list is expected");
  std::vector<JsonPlace> found;
  for (std::size_t i = 0; i < value_->size(); ++i)
    found.push_back(below((*value_)[i], std::to_string(i)));
  return found;
}

std::string JsonPlace::text() const {
  if (!value_->is_string()) refuse("text is expected");
  return value_->get<std::string>();
}

bool JsonPlace::flag() const {
  if (!value_->is_boolean()) refuse("true or false is expected");
  return value_->get<bool>();
}

std::int64_t JsonPlace::integer() const {
  const bool fits = value_->is_number_integer() &&
                    (!value_->is_number_unsigned() || value_->get<std::uint64_t>() <= INT64_MAX);
  if (!fits) refuse("an integer of 64 bits is expected");
  return value_->get<std::int64_t>();
}

std::int32_t JsonPlace::index(std::size_t limit) const {
  const std::int64_t number = integer();
  if (number < 0 || static_cast<std::size_t>(number) >= limit)
    refuse(fmt::format("a number below {} is expected", limit));
  return static_cast<std::int32_t>(number);
}

std::vector<std::int64_t> JsonPlace::integers() const {
  std::vector<std::int64_t> found;
  for (const JsonPlace& item : items()) found.push_back(item.integer());
  return found;
}

void JsonPlace::refuse(const std::string& rule) const {
  std::string got = value_->dump();
  if (got.size() > 60) got = got.substr(0, 57) + "...";
  throw Error("tree.json",
              fmt::format("{}: {}; got {}; decompose the model again", file_, rule, got),
              file_ + "#" + pointer_);
}

}  // namespace strata
