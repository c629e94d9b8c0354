#include "decomposer/load/json_document.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "kernels_l0/error.h"

namespace strata {

enum class JsonKind : std::uint8_t { kNull, kBoolean, kInteger, kReal, kString, kArray, kObject };

// One value. Children of a container lie next to each other in JsonTable::cells.
struct JsonCell {
  std::string_view key;   // of a member of an object
  std::string_view text;  // of a string, and a number as it was written
  union {
    std::int64_t integer;
    double real;
    bool boolean;
  };
  std::uint32_t parent = 0;
  std::uint32_t first = 0;  // of a container: index of its first child
  std::uint32_t count = 0;
  JsonKind kind = JsonKind::kNull;

  JsonCell() : integer(0) {}
};

struct JsonTable {
  std::string name;
  std::string characters;  // keys and strings, unescaped
  std::vector<JsonCell> cells;
};

namespace {

constexpr std::size_t kDeepest = 64;
constexpr std::size_t kFewMembers = 12;

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

std::string escape(std::string_view key) {
  std::string text;
  for (const char c : key) {
    if (c == '~') {
      text += "~0";
    } else if (c == '/') {
      text += "~1";
    } else {
      text += c;
    }
  }
  return text;
}

// Receives nlohmann's events and fills the table. A container's children wait in `pending_` until
// it closes.
class TableBuilder {
 public:
  using json = nlohmann::json;

  explicit TableBuilder(JsonTable& table) : table_(table) {}

  bool null() {
    place(JsonKind::kNull);
    return true;
  }
  bool boolean(bool value) {
    place(JsonKind::kBoolean).boolean = value;
    return true;
  }
  bool number_integer(json::number_integer_t value) {
    place(JsonKind::kInteger).integer = value;
    return true;
  }
  bool number_unsigned(json::number_unsigned_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return number_float(static_cast<double>(value), {});
    }
    return number_integer(static_cast<std::int64_t>(value));
  }
  bool number_float(json::number_float_t value, const json::string_t&) {
    place(JsonKind::kReal).real = value;
    return true;
  }
  bool string(const json::string_t& value) {
    const std::string_view kept = keep(value);
    place(JsonKind::kString).text = kept;
    return true;
  }
  bool binary(const json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(JsonKind::kObject); }
  bool start_array(std::size_t) { return open(JsonKind::kArray); }
  bool key(const json::string_t& value) {
    key_ = keep(value);
    return true;
  }
  bool end_object() {
    refuse_repeated_keys();
    return close();
  }
  bool end_array() { return close(); }
  bool parse_error(std::size_t position, const std::string&, const json::exception& error) {
    throw Error("load.json",
                fmt::format("{}: not valid JSON; got {}; export the model again", table_.name,
                            error.what()),
                fmt::format("{}, byte {}", table_.name, position));
  }

  void finish() {
    table_.cells.push_back(pending_.front());
    adopt(table_.cells.size() - 1);
  }

 private:
  JsonCell& place(JsonKind kind) {
    JsonCell& cell = pending_.emplace_back();
    cell.key = std::exchange(key_, {});
    cell.kind = kind;
    return cell;
  }
  std::string_view keep(const std::string& text) {
    const std::size_t start = table_.characters.size();
    table_.characters += text;  // never reallocates: see JsonDocument's constructor
    return std::string_view(table_.characters).substr(start);
  }

  bool open(JsonKind kind) {
    if (open_.size() >= kDeepest) {
      throw Error("load.json",
                  fmt::format("{}: values nest at most {} deep; got more; export the model again",
                              table_.name, kDeepest),
                  table_.name);
    }
    place(kind);
    open_.push_back(pending_.size() - 1);
    return true;
  }

  bool close() {
    const std::size_t container = open_.back();
    open_.pop_back();
    JsonCell& cell = pending_[container];
    cell.first = static_cast<std::uint32_t>(table_.cells.size());
    cell.count = static_cast<std::uint32_t>(pending_.size() - container - 1);
    for (std::size_t i = container + 1; i < pending_.size(); ++i) {
      table_.cells.push_back(pending_[i]);
      adopt(table_.cells.size() - 1);
    }
    pending_.resize(container + 1);
    return true;
  }

  void adopt(std::size_t parent) {
    const JsonCell cell = table_.cells[parent];
    for (std::uint32_t i = 0; i < cell.count; ++i) {
      table_.cells[cell.first + i].parent = static_cast<std::uint32_t>(parent);
    }
  }

  void refuse_repeated_keys() {
    const auto begin = pending_.begin() + static_cast<std::ptrdiff_t>(open_.back()) + 1;
    const auto end = pending_.end();
    std::string_view repeated;
    bool found = false;
    if (static_cast<std::size_t>(end - begin) <= kFewMembers) {
      for (auto left = begin; left != end; ++left) {
        for (auto right = begin; right != left; ++right) {
          if (left->key == right->key) {
            repeated = left->key;
            found = true;
          }
        }
      }
    } else {
      keys_.clear();
      for (auto cell = begin; cell != end; ++cell) keys_.push_back(cell->key);
      std::sort(keys_.begin(), keys_.end());
      const auto twin = std::adjacent_find(keys_.begin(), keys_.end());
      found = twin != keys_.end();
      if (found) repeated = *twin;
    }
    if (found) {
      throw Error(
          "load.json",
          fmt::format(
              "{}: the keys of an object are unique; got '{}' twice; export the model again",
              table_.name, repeated),
          table_.name + "#" + open_pointer());
    }
  }

  // The JSON Pointer of the innermost open container.
  std::string open_pointer() const {
    std::string pointer;
    for (std::size_t level = 1; level < open_.size(); ++level) {
      const JsonCell& parent = pending_[open_[level - 1]];
      const JsonCell& cell = pending_[open_[level]];
      pointer += '/';
      if (parent.kind == JsonKind::kObject) {
        pointer += escape(cell.key);
      } else {
        pointer += std::to_string(open_[level] - open_[level - 1] - 1);
      }
    }
    return pointer;
  }

  JsonTable& table_;
  std::vector<JsonCell> pending_;
  std::vector<std::size_t> open_;  // indices into pending_
  std::vector<std::string_view> keys_;
  std::string_view key_;
};

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
    text += parent.kind == JsonKind::kObject ? escape(cell.key) : std::to_string(*i - parent.first);
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
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw Error("load.json", fmt::format("{}: a document is smaller than 4 GB; got {} bytes",
                                         table_->name, text.size()));
  }
  table_->characters.reserve(
      text.size());  // unescaped text is never longer; views into it stay valid
  table_->cells.reserve(text.size() / 12);
  TableBuilder builder(*table_);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  builder.finish();
}

JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;

JsonValue JsonDocument::root() const {
  return {table_.get(), static_cast<std::uint32_t>(table_->cells.size() - 1)};
}

}  // namespace strata
