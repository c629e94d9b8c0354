#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

struct JsonTable;

// A place in a JsonDocument; valid as long as the document. Every reader checks the exact type and
// throws Error{"load.json"} with the JSON Pointer of the place when it differs. 3.0 is no integer
// and 1 no boolean.
class JsonValue {
 public:
  JsonValue() = default;

  bool is_null() const;
  bool is_object() const;
  bool boolean() const;
  std::int64_t integer() const;
  // A number, or one of the strings "Infinity", "-Infinity" and "NaN".
  double real() const;
  std::string_view string() const;

  std::size_t size() const;  // of an array or object
  JsonValue at(
      std::size_t index) const;  // an element of an array, or the value of an object's member
  std::string_view key_at(std::size_t index) const;
  void require_array() const;
  void require_object() const;

  // The value of a member. Throws when it is missing.
  JsonValue member(std::string_view key) const;
  std::optional<JsonValue> optional_member(std::string_view key) const;
  // Throws Error{"load.unknown_key"} for a member whose key is not among `keys`.
  void allow_only(std::initializer_list<std::string_view> keys) const;

  std::string pointer() const;  // "/graph_module/graph/nodes/7"
  // file#pointer, as the `where` of errors.
  std::string where() const;
  // Throws Error{id, message} at this place.
  [[noreturn]] void refuse(const std::string& id, const std::string& message) const;

 private:
  friend class JsonDocument;
  JsonValue(const JsonTable* table, std::uint32_t index) : table_(table), index_(index) {}
  const JsonTable* table_ = nullptr;
  std::uint32_t index_ = 0;
};

// A JSON text as a flat table. Refuses duplicate keys, nesting deeper than 64 and invalid UTF-8.
class JsonDocument {
 public:
  // `name` is what errors call the document. The text need not outlive the document.
  // Throws Error{"load.json"} with the byte of the first error.
  JsonDocument(std::string_view text, std::string name);
  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) = delete;

  JsonValue root() const;

 private:
  std::unique_ptr<JsonTable> table_;
};

}  // namespace strata
