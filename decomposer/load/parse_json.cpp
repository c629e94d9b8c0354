#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "decomposer/load/json_table.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::size_t kDeepest = 64;
constexpr std::size_t kFewMembers = 12;

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
        pointer += escape_key(cell.key);
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

}  // namespace

std::string escape_key(std::string_view key) {
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

void parse_json(std::string_view text, JsonTable& table) {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw Error("load.json", fmt::format("{}: a document is smaller than 4 GB; got {} bytes",
                                         table.name, text.size()));
  }
  table.characters.reserve(
      text.size());  // unescaped text is never longer; views into it stay valid
  table.cells.reserve(text.size() / 12);
  TableBuilder builder(table);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  builder.finish();
}

}  // namespace strata
