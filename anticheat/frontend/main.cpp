#include <sys/resource.h>

#include <charconv>
#include <exception>
#include <iostream>
#include <iterator>
#include <optional>

#include <nlohmann/json.hpp>

#include "anticheat/frontend/scanner.h"
#include "anticheat/reply_cache.h"
#include "anticheat/rules/judge.h"
#include "anticheat/source_file.h"
#include "kernels_l0/error.h"
#include "llvm/Support/thread.h"

namespace {

constexpr unsigned kStackBytes = 512U << 20;  // deep but honest nesting must not end the program

struct Options {
  std::string request = "-";
  std::string cache;
};

[[noreturn]] void refuse(const std::string& word, const std::string& got) {
  throw strata::Error("scan.option", "'" + word +
                                         "': options are --cache FOLDER and --memory BYTES; got " +
                                         got + "; the request is a file or standard input");
}

rlim_t bytes_of(const std::string& word) {
  rlim_t bytes = 0;
  const char* end = word.data() + word.size();
  const auto [stop, problem] = std::from_chars(word.data(), end, bytes);
  if (problem != std::errc() || stop != end)
    refuse("--memory", "'" + word + "', which is no number");
  return bytes;
}

Options read_options(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const bool has_value = i + 1 < count;
    if (word == "--cache" && has_value) {
      options.cache = words[++i];
      if (options.cache.empty()) refuse(word, "an empty name");
    } else if (word == "--memory" && has_value) {
      const rlim_t bytes = bytes_of(words[++i]);
      const rlimit limit{bytes, bytes};
      if (bytes > 0) setrlimit(RLIMIT_AS, &limit);
    } else if (word.empty() || word.starts_with("--")) {
      refuse(word, "another");
    } else {
      options.request = word;
    }
  }
  return options;
}

std::string request_text(const std::string& file) {
  if (file != "-") return strata::read_source(file);
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

int answer(int count, char** words) {
  const Options options = read_options(count, words);
  const nlohmann::json document =
      nlohmann::json::parse(request_text(options.request), nullptr, false);
  if (document.is_discarded()) {
    throw strata::Error("scan.request",
                        "request: must be JSON; got text that is none; see anticheat/request.h");
  }
  const strata::ScanRequest request = strata::request_from_json(document);
  for (const strata::JudgedFile& file : request.files) strata::read_source(file.file);
  const std::filesystem::path cache = strata::cache_folder(options.cache);
  const strata::Policy policy = strata::default_policy();
  const auto judge = [&](const strata::facts::Project& project, strata::ScanReply& reply) {
    strata::judge(project, policy, reply);
  };
  std::cout << strata::to_json(strata::frontend::run_scanner(request, cache, judge)).dump()
            << std::endl;
  return 0;
}

}  // namespace

// Reads a scan request (a file or standard input), writes a "scan/1" reply. Exit code 0 whenever
// there is a reply.
int main(int count, char** words) {
  int code = 2;
  llvm::thread worker(std::optional<unsigned>(kStackBytes), [&] {
    try {
      code = answer(count, words);
    } catch (const std::exception& problem) {
      std::cerr << problem.what() << '\n';
    }
  });
  worker.join();
  return code;
}
