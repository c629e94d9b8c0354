#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

// What a JsonDocument holds. Only its reader and its parser see this.
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

// A key as a part of a JSON Pointer: "a/b" -> "a~1b".
std::string escape_key(std::string_view key);

// Fills the table, whose name is set, from a text. Throws as JsonDocument's constructor does.
void parse_json(std::string_view text, JsonTable& table);

}  // namespace strata
