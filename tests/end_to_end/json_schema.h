#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace strata {

// What of a document does not fit a JSON Schema file, each with a JSON Pointer; empty when all
// does. Of JSON Schema: type, enum, const, properties, required, additionalProperties, items,
// minItems, maxItems, anyOf, and $ref to "#/$defs/...". A keyword that it does not know is a
// problem, too.
std::vector<std::string> schema_problems(const nlohmann::json& document,
                                         const std::filesystem::path& schema);

}  // namespace strata
