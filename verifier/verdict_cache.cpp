#include "verifier/verdict_cache.h"

#include <fstream>
#include <utility>

#include "anticheat/sweep.h"
#include "kernels_l0/error.h"
#include "kernels_l0/sha256.h"
#include "verifier/report.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kSchema = "verdict/1";

std::string digest(const json& key, const json& document) {
  return sha256(key.dump() + "\n" + document.dump());
}

}  // namespace

VerdictCache::VerdictCache(fs::path folder) : folder_(std::move(folder)) {}

fs::path VerdictCache::file_of(const json& key) const {
  return folder_ / (sha256(key.dump()) + ".json");
}

std::optional<json> VerdictCache::find(const json& key) const {
  std::ifstream in(file_of(key), std::ios::binary);
  if (!in) return std::nullopt;
  const json entry = json::parse(in, nullptr, false);
  if (!entry.is_object() || entry.value("schema", json()) != kSchema) return std::nullopt;
  if (!entry.contains("key") || !entry.contains("document") || !entry.contains("digest"))
    return std::nullopt;
  if (entry["key"] != key || entry["digest"] != digest(key, entry["document"])) return std::nullopt;
  mark_used(file_of(key));
  return entry["document"];
}

void VerdictCache::store(const json& key, const json& document) const {
  try {
    write_document(file_of(key), {{"schema", kSchema},
                                  {"key", key},
                                  {"document", document},
                                  {"digest", digest(key, document)}});
  } catch (const Error&) {
    return;
  }
}

}  // namespace strata
