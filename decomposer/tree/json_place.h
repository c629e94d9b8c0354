#pragma once

#include <initializer_list>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace strata {

// A place in a JSON document that Strata wrote, read strictly: each reader wants its exact type and
// throws Error{"tree.json"} with the file and the JSON Pointer when it finds another. Keeps the
// document alive.
class JsonPlace {
 public:
  // Parses a document. Refuses syntax errors, keys that occur twice, and another "schema" than
  // `schema`.
  static JsonPlace document(const std::string& text, const std::string& file,
                            const std::string& schema);

  // The members of an object that has these keys and no others, in their order.
  std::vector<JsonPlace> members(std::initializer_list<const char*> keys) const;
  // The value of an object with a single key, and that key.
  std::pair<std::string, JsonPlace> only_member() const;
  std::vector<JsonPlace> items() const;

  bool is_null() const { return value_->is_null(); }
  const nlohmann::json& value() const { return *value_; }
  std::string text() const;
  bool flag() const;
  std::int64_t integer() const;
  // An integer from 0 to limit - 1.
  std::int32_t index(std::size_t limit) const;
  std::vector<std::int64_t> integers() const;

  [[noreturn]] void refuse(const std::string& rule) const;

 private:
  JsonPlace(std::shared_ptr<const nlohmann::json> document, const nlohmann::json* value,
            std::string file, std::string pointer);
  JsonPlace below(const nlohmann::json& value, const std::string& step) const;

  std::shared_ptr<const nlohmann::json> document_;
  const nlohmann::json* value_;
  std::string file_;
  std::string pointer_;
};

}  // namespace strata
