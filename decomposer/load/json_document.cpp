#include "decomposer/load/json_document.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "decomposer/load/json_table.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

std::string_view kind_name(JsonKind kind) {
  switch (kind) {
    case JsonKind::kNull:
      return "null";
    case JsonKind::kBoolean:
      return "a boolean";
    case JsonKind::kInteger:
      return "an integer";
    case JsonKind::kReal:
      return "a real number";
    case JsonKind::kString:
      return "a string";
    case JsonKind::kArray:
      return "an array";
    case JsonKind::kObject:
      return "an object";
  }
  return "nothing";
}

[[noreturn]] void wrong_kind(const JsonValue& value, std::string_view expected, JsonKind got) {
  value.refuse("load.json", fmt::format("a value has the wrong type; got {}, expected {}",
                                        kind_name(got), expected));
}

}  // namespace

bool JsonValue::is_null() const { return table_->cells[index_].kind == JsonKind::kNull; }
bool JsonValue::is_object() const { return table_->cells[index_].kind == JsonKind::kObject; }

bool JsonValue::boolean() const {
  const JsonCell& cell = table_->cells[index_];
  if (cell.kind != JsonKind::kBoolean) wrong_kind(*this, "a boolean", cell.kind);
  return cell.boolean;
}

std::int64_t JsonValue::integer() const {
  const JsonCell& cell = table_->cells[index_];
  if (cell.kind != JsonKind::kInteger) wrong_kind(*this, "an integer of 64 bits", cell.kind);
  return cell.integer;
}

double JsonValue::real() const {
  const JsonCell& cell = table_->cells[index_];
  if (cell.kind == JsonKind::kReal) return cell.real;
  if (cell.kind == JsonKind::kString) {
    if (cell.text == "Infinity") return std::numeric_limits<double>::infinity();
    if (cell.text == "-Infinity") return -std::numeric_limits<double>::infinity();
    if (cell.text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  }
  wrong_kind(*this, "a real number, \"Infinity\", \"-Infinity\" or \"NaN\"", cell.kind);
}

std::string_view JsonValue::string() const {
  const JsonCell& cell = table_->cells[index_];
  if (cell.kind != JsonKind::kString) wrong_kind(*this, "a string", cell.kind);
  return cell.text;
}

void JsonValue::require_array() const {
  const JsonCell& cell = table_->cells[index_];
  if (cell.kind != JsonKind::kArray) wrong_kind(*this, "an array", cell.kind);
}

void JsonValue::require_object() const {
  const JsonCell& cell = table_->cells[index_];
  if (cell.kind != JsonKind::kObject) wrong_kind(*this, "an object", cell.kind);
}

std::size_t JsonValue::size() const { return table_->cells[index_].count; }

JsonValue JsonValue::at(std::size_t index) const {
  return {table_, table_->cells[index_].first + static_cast<std::uint32_t>(index)};
}

std::string_view JsonValue::key_at(std::size_t index) const {
  return table_->cells[table_->cells[index_].first + index].key;
}

std::optional<JsonValue> JsonValue::optional_member(std::string_view key) const {
  require_object();
  for (std::size_t i = 0; i < size(); ++i) {
    if (key_at(i) == key) return at(i);
  }
  return std::nullopt;
}

JsonValue JsonValue::member(std::string_view key) const {
  if (const auto found = optional_member(key)) return *found;
  refuse("load.missing_key", fmt::format("the object has no member '{}'", key));
}

void JsonValue::allow_only(std::initializer_list<std::string_view> keys) const {
  require_object();
  for (std::size_t i = 0; i < size(); ++i) {
    if (std::find(keys.begin(), keys.end(), key_at(i)) == keys.end()) {
      at(i).refuse("load.unknown_key",
                   fmt::format("the object has the unknown member '{}'; expected only {}",
                               key_at(i), fmt::join(keys, ", ")));
    }
  }
}

std::string JsonValue::pointer() const {
  std::vector<std::uint32_t> path;
  for (std::uint32_t i = index_; i + 1 != table_->cells.size(); i = table_->cells[i].parent)
    path.push_back(i);
  std::string text;
  for (auto i = path.rbegin(); i != path.rend(); ++i) {
    const JsonCell& cell = table_->cells[*i];
    const JsonCell& parent = table_->cells[cell.parent];
    text += '/';
    text +=
        parent.kind == JsonKind::kObject ? escape_key(cell.key) : std::to_string(*i - parent.first);
  }
  return text;
}

std::string JsonValue::where() const { return table_->name + "#" + pointer(); }

void JsonValue::refuse(const std::string& id, const std::string& message) const {
  throw Error(id, fmt::format("{}: {}", table_->name, message), where());
}

JsonDocument::JsonDocument(std::string_view text, std::string name)
    : table_(std::make_unique<JsonTable>()) {
  table_->name = std::move(name);
  parse_json(text, *table_);
}

JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;

JsonValue JsonDocument::root() const {
  return {table_.get(), static_cast<std::uint32_t>(table_->cells.size() - 1)};
}

}  // namespace strata
