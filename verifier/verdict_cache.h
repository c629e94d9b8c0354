#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

namespace strata {

// Verdicts of earlier runs, found by everything that they rest on. Only the process that owns the
// verdict reads and writes them; refactored components run where they can't write to any file.
class VerdictCache {
 public:
  explicit VerdictCache(std::filesystem::path folder);

  // What was stored under this key. nullopt when nothing was, and for an entry that is damaged,
  // edited or another key's: it is judged anew.
  std::optional<nlohmann::json> find(const nlohmann::json& key) const;
  // A cache that can't be written only costs time.
  void store(const nlohmann::json& key, const nlohmann::json& document) const;

 private:
  std::filesystem::path file_of(const nlohmann::json& key) const;
  std::filesystem::path folder_;
};

}  // namespace strata
