#include "anticheat/reply_cache.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "anticheat/policy/policy.h"
#include "anticheat/source_file.h"
#include "anticheat/sweep.h"
#include "kernels_l0/error.h"
#include "kernels_l0/sha256.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

std::string stamp(const fs::path& file) {
  std::error_code error;
  const auto time = fs::last_write_time(file, error);
  const auto size = fs::file_size(file, error);
  return file.string() + " " + std::to_string(time.time_since_epoch().count()) + " " +
         std::to_string(size) + "\n";
}

// What is kept of a scan beside its reply.
struct Product {
  fs::path place;  // "": nothing
  const char* suffix;
};
Product product_of(const ScanRequest& request, const fs::path& library) {
  if (library.empty()) return {request.object, ".o"};
  return {library, ".so"};
}

}  // namespace

fs::path default_cache() {
  // A relative one would be another folder wherever the program is started.
  if (const char* folder = std::getenv("XDG_CACHE_HOME");
      folder != nullptr && fs::path(folder).is_absolute())
    return fs::path(folder) / "strata";
  if (const char* home = std::getenv("HOME"); home != nullptr && fs::path(home).is_absolute())
    return fs::path(home) / ".cache" / "strata";
  return fs::temp_directory_path() / "strata-cache";
}

fs::path cache_folder(const fs::path& named) { return named.empty() ? default_cache() : named; }

ReplyCache::ReplyCache(fs::path folder, const fs::path& program)
    : folder_(folder / "scans"),
      build_("policy " + std::to_string(kPolicyVersion) + "\n" + stamp(program) +
             stamp(fs::path(STRATA_TORCH_INCLUDE) / "torch/headeronly/version.h")) {}

std::string ReplyCache::key(const ScanRequest& request) const {
  ScanRequest named = request;
  named.object = request.object.empty() ? "" : "object";  // its place does not matter
  std::string text = build_ + to_json(named).dump() + "\n";
  if (!request.main.empty()) text += sha256(read_source(request.main)) + "\n";
  for (const JudgedFile& file : request.files) {
    std::error_code error;
    text += fs::weakly_canonical(file.file, error).string() + " " + sha256(read_source(file.file)) +
            "\n";
  }
  return sha256(text);
}

bool ReplyCache::is_there_or_made(const std::string& key) const {
  std::error_code absent;
  return fs::exists(folder_ / (key + ".json"), absent) ||
         fs::exists(folder_ / (key + ".lock"), absent);
}

FileLock ReplyCache::making(const std::string& key) const {
  std::error_code ignored;
  fs::create_directories(folder_, ignored);
  return {folder_ / (key + ".lock"), Afterwards::kGoes};
}

std::optional<ScanReply> ReplyCache::find(const std::string& key, const ScanRequest& request,
                                          const fs::path& library) const {
  std::ifstream file(folder_ / (key + ".json"));
  if (!file) return std::nullopt;
  const nlohmann::json document = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return std::nullopt;
  try {
    ScanReply reply = reply_from_json(document);
    reply.cached = true;
    const Product product = product_of(request, library);
    if (reply.object_emitted && !product.place.empty()) {
      fs::copy_file(folder_ / (key + product.suffix), product.place,
                    fs::copy_options::overwrite_existing);
    }
    mark_used(folder_ / (key + ".json"));
    return reply;
  } catch (const std::exception&) {
    return std::nullopt;  // a damaged entry is scanned anew
  }
}

void ReplyCache::store(const std::string& key, const ScanRequest& request, const fs::path& library,
                       const ScanReply& reply) const {
  std::error_code error;
  fs::create_directories(folder_, error);
  const std::string temporary = "." + std::to_string(getpid());
  const Product product = product_of(request, library);
  if (reply.object_emitted && !product.place.empty()) {
    const fs::path kept = folder_ / (key + product.suffix);
    if (!fs::copy_file(product.place, kept.string() + temporary,
                       fs::copy_options::overwrite_existing, error))
      return;
    fs::rename(kept.string() + temporary, kept, error);
    if (error) return;
  }
  const fs::path document = folder_ / (key + ".json");
  {
    std::ofstream file(document.string() + temporary);
    file << to_json(reply).dump();
    if (!file.flush()) return;  // a cache that can't be written only costs time
  }
  fs::rename(document.string() + temporary, document, error);
}

}  // namespace strata
