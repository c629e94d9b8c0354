#include "anticheat/reply_cache.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "anticheat/policy/policy.h"
#include "anticheat/source_file.h"
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

}  // namespace

fs::path default_cache() {
  if (const char* folder = std::getenv("XDG_CACHE_HOME"); folder != nullptr && *folder != '\0')
    return fs::path(folder) / "strata";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return fs::path(home) / ".cache" / "strata";
  return fs::temp_directory_path() / "strata-cache";
}

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

std::optional<ScanReply> ReplyCache::find(const std::string& key,
                                          const ScanRequest& request) const {
  std::ifstream file(folder_ / (key + ".json"));
  if (!file) return std::nullopt;
  const nlohmann::json document = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return std::nullopt;
  try {
    ScanReply reply = reply_from_json(document);
    reply.cached = true;
    if (reply.object_emitted && !fs::exists(reply.header_archive)) return std::nullopt;
    if (reply.object_emitted && !request.object.empty()) {
      fs::copy_file(folder_ / (key + ".o"), request.object, fs::copy_options::overwrite_existing);
    }
    return reply;
  } catch (const std::exception&) {
    return std::nullopt;  // a damaged entry is scanned anew
  }
}

bool ReplyCache::keep(const fs::path& file, const std::string& name) const {
  std::error_code error;
  const fs::path kept = folder_ / name;
  const std::string temporary = kept.string() + "." + std::to_string(getpid());
  if (!fs::copy_file(file, temporary, fs::copy_options::overwrite_existing, error)) return false;
  fs::rename(temporary, kept, error);
  return !error;
}

void ReplyCache::store(const std::string& key, const ScanRequest& request,
                       const ScanReply& reply) const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (reply.object_emitted && !keep(request.object, key + ".o")) return;
  const fs::path document = folder_ / (key + ".json");
  const std::string temporary = document.string() + "." + std::to_string(getpid());
  {
    std::ofstream file(temporary);
    file << to_json(reply).dump();
    if (!file.flush()) return;  // a cache that can't be written only costs time
  }
  fs::rename(temporary, document, error);
}

bool ReplyCache::find_library(const std::string& key, const fs::path& library) const {
  std::error_code error;
  return fs::copy_file(folder_ / (key + ".so"), library, fs::copy_options::overwrite_existing,
                       error);
}

void ReplyCache::store_library(const std::string& key, const fs::path& library) const {
  keep(library, key + ".so");
}

}  // namespace strata
