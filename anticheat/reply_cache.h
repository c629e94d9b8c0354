#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "anticheat/file_lock.h"
#include "anticheat/reply.h"
#include "anticheat/request.h"

namespace strata {

// $XDG_CACHE_HOME/strata, else ~/.cache/strata; relative ones are not looked at.
std::filesystem::path default_cache();
// The cache of this name; default_cache for "".
std::filesystem::path cache_folder(const std::filesystem::path& named);

// Replies, objects and libraries of earlier scans, found by what was judged: the text of every
// file, the request, the policy, the scanner's own build and LibTorch's. Nothing in it depends on
// time.
class ReplyCache {
 public:
  ReplyCache(std::filesystem::path folder, const std::filesystem::path& program);

  // Throws Error "scan.file" for a file that is missing, not a file, too large or not text.
  std::string key(const ScanRequest& request) const;
  // To be held by who makes the entry, which others then find.
  FileLock making(const std::string& key) const;
  // Whether there is an entry, or somebody who makes it.
  bool is_there_or_made(const std::string& key) const;
  // Also puts the library that was linked where it is wanted; without one, "", the object where the
  // request wants it.
  std::optional<ScanReply> find(const std::string& key, const ScanRequest& request,
                                const std::filesystem::path& library) const;
  void store(const std::string& key, const ScanRequest& request,
             const std::filesystem::path& library, const ScanReply& reply) const;

 private:
  std::filesystem::path folder_;
  std::string build_;  // what the scanner and LibTorch are
};

}  // namespace strata
