#include "tests/end_to_end/json_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

namespace strata {
namespace {

using nlohmann::json;

bool has_type(const json& value, const std::string& type) {
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == value.type_name();
}

class Validator {
 public:
  explicit Validator(const json& schema) : root_(schema) {}

  void check(const json& value, const json& given, const std::string& pointer) {
    if (given.contains("$ref")) {
      const std::string ref = given.at("$ref");
      check(value, root_.at(json::json_pointer(ref.substr(1))), pointer);
      return;
    }
    if (given.contains("anyOf")) {
      const auto fits = [&](const json& one) {
        Validator other(root_);
        other.check(value, one, pointer);
        return other.problems.empty();
      };
      if (std::ranges::none_of(given.at("anyOf"), fits)) problem(pointer, "fits none of anyOf");
    }
    check_keywords(given, pointer);
    check_value(value, given, pointer);
    if (value.is_object()) check_object(value, given, pointer);
    if (value.is_array()) check_array(value, given, pointer);
  }

  std::vector<std::string> problems;

 private:
  void problem(const std::string& pointer, const std::string& what) {
    problems.push_back(fmt::format("{}: {}", pointer.empty() ? "/" : pointer, what));
  }

  void check_keywords(const json& schema, const std::string& pointer) {
    static const std::set<std::string> kKnown{
        "$schema",  "$defs",    "title",      "description", "type",
        "enum",     "const",    "properties", "required",    "additionalProperties",
        "minItems", "maxItems", "items",      "anyOf"};
    for (const auto& [key, value] : schema.items())
      if (!kKnown.contains(key)) problem(pointer, "the schema has an unknown keyword " + key);
  }

  void check_value(const json& value, const json& schema, const std::string& pointer) {
    if (schema.contains("type")) {
      const json& type = schema.at("type");
      const json types = type.is_array() ? type : json::array({type});
      const bool fits = std::ranges::any_of(
          types, [&](const json& one) { return has_type(value, one.get<std::string>()); });
      if (!fits) problem(pointer, fmt::format("is {}, not {}", value.type_name(), types.dump()));
    }
    if (schema.contains("const") && value != schema.at("const"))
      problem(pointer, "is " + value.dump() + ", not " + schema.at("const").dump());
    if (schema.contains("enum") &&
        std::ranges::find(schema.at("enum"), value) == schema.at("enum").end())
      problem(pointer, "is " + value.dump() + ", none of " + schema.at("enum").dump());
  }

  void check_object(const json& value, const json& schema, const std::string& pointer) {
    for (const json& name : schema.value("required", json::array()))
      if (!value.contains(name)) problem(pointer, "lacks " + name.dump());
    const json properties = schema.value("properties", json::object());
    const json more = schema.value("additionalProperties", json(true));
    for (const auto& [key, entry] : value.items()) {
      const std::string place = pointer + "/" + key;
      if (properties.contains(key)) {
        check(entry, properties.at(key), place);
      } else if (more.is_object()) {
        check(entry, more, place);
      } else if (more == false) {
        problem(place, "is not defined");
      }
    }
  }

  void check_array(const json& value, const json& schema, const std::string& pointer) {
    if (value.size() < schema.value("minItems", std::size_t{0}) ||
        value.size() > schema.value("maxItems", value.size()))
      problem(pointer, fmt::format("has {} items", value.size()));
    if (!schema.contains("items")) return;
    for (std::size_t i = 0; i < value.size(); ++i)
      check(value[i], schema.at("items"), fmt::format("{}/{}", pointer, i));
  }

  const json& root_;
};

}  // namespace

std::vector<std::string> schema_problems(const json& document,
                                         const std::filesystem::path& schema_file) {
  std::ifstream in(schema_file);
  const json schema = json::parse(in);
  Validator validator(schema);
  validator.check(document, schema, "");
  return validator.problems;
}

}  // namespace strata
