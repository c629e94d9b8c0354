#include "anticheat/client.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "anticheat/reply_cache.h"
#include "anticheat/subprocess.h"
#include "anticheat/sweep.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

constexpr char kProgram[] = "strata-anticheat";

std::string why(const ProcessResult& result, const ScanSettings& settings) {
  if (result.timed_out)
    return "no answer within " + std::to_string(settings.timeout.count()) + " s";
  if (result.signal == SIGXCPU) {
    return "no answer within " + std::to_string(settings.processor_time.count()) +
           " s of processor time";
  }
  if (result.signal != 0) return "it was ended by signal " + std::to_string(result.signal);
  return "exit code " + std::to_string(result.status);
}

// What the build has joined by "|".
std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find('|'), list.size());
    if (end > 0) words.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return words;
}

}  // namespace

fs::path scanner_program(const ScanSettings& settings) {
  if (!settings.program.empty()) return settings.program;
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (!error && fs::exists(self.parent_path() / kProgram)) return self.parent_path() / kProgram;
  return fs::path(STRATA_PROGRAM_DIR) / kProgram;
}

namespace {

ScanReply run_program(const ScanRequest& request, const fs::path& program, const fs::path& cache,
                      const ScanSettings& settings) {
  const std::vector<std::string> command = {program.string(), "--cache", cache.string(), "--memory",
                                            std::to_string(settings.memory_limit)};
  const ProcessResult result =
      run_process(command, to_json(request).dump(), settings.timeout, settings.processor_time);
  if (result.timed_out || result.status != 0) {
    throw Error("scan.could_not_check",
                "scan: the scanner must answer; got " + why(result, settings) +
                    (result.errors.empty() ? "" : ": " + result.errors) + "; this is never a pass");
  }
  const nlohmann::json document =
      nlohmann::json::parse(result.output, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) {
    throw Error("scan.could_not_check", "scan: the scanner must answer in JSON; got '" +
                                            result.output.substr(0, 80) +
                                            "'; this is never a pass");
  }
  return reply_from_json(document);
}

// `library`: "" when none is wanted.
ScanReply judge_anew(const ScanRequest& request, const fs::path& library, const fs::path& program,
                     const fs::path& cache, const ScanSettings& settings) {
  ScanReply reply = run_program(request, program, cache, settings);
  if (!library.empty() && is_clean(reply) && reply.object_emitted)
    link_shared({request.object, reply.header_archive}, library);
  return reply;
}

ScanReply judge(const ScanRequest& request, const fs::path& library, const ScanSettings& settings) {
  const fs::path program = scanner_program(settings);
  if (!fs::exists(program)) {
    throw Error("scan.program", "'" + program.string() +
                                    "': the scanner must be there; build the target " + kProgram);
  }
  const fs::path cache = cache_folder(settings.cache);
  if (!settings.reuse) return judge_anew(request, library, program, cache, settings);
  const ReplyCache replies(cache, program);
  const std::string key = replies.key(request);
  if (auto known = replies.find(key, request, library)) return *known;
  const FileLock lock = replies.making(key);
  if (auto made = replies.find(key, request, library)) return *made;
  ScanReply reply = judge_anew(request, library, program, cache, settings);
  // Kept only when no file was changed while it was judged.
  if (reply.errors.empty() && replies.key(request) == key)
    replies.store(key, request, library, reply);
  sweep_cache(cache);
  return reply;
}

}  // namespace

ScanReply scan(const ScanRequest& request, const ScanSettings& settings) {
  return judge(request, "", settings);
}

ScanReply scan_and_link(const ScanRequest& request, const fs::path& library,
                        const ScanSettings& settings) {
  return judge(request, library, settings);
}

bool is_answered(ScanRequest request, const ScanSettings& settings) {
  request.object = "object";  // scan_and_link's names one; which does not matter
  const ReplyCache replies(cache_folder(settings.cache), scanner_program(settings));
  return settings.reuse && replies.is_there_or_made(replies.key(request));
}

void link_shared(const std::vector<fs::path>& objects, const fs::path& output) {
  const fs::path temporary = output.string() + "." + std::to_string(getpid());
  std::vector<std::string> command = words_of(STRATA_LINKER);
  command.insert(command.end(), {"-o", temporary.string()});
  for (const fs::path& object : objects) command.push_back(object.string());
  for (const std::string& word : words_of(STRATA_AFTER_OBJECTS)) command.push_back(word);
  const ProcessResult result = run_process(command, "", std::chrono::seconds(60));
  std::error_code error;
  if (result.timed_out || result.status != 0) {
    fs::remove(temporary, error);
    throw Error("scan.link", "'" + output.string() + "': the objects must link; got " +
                                 (result.timed_out ? "no answer" : result.errors) +
                                 "; check the objects");
  }
  fs::rename(temporary, output);
}

}  // namespace strata
