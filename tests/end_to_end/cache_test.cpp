#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <thread>

#include "kernels_l0/sha256.h"
#include "tests/end_to_end/program.h"

// Verdicts that an earlier run gave, and runs that are repeated.

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// An archive of its own place, so that nobody else's verdicts answer for it.
class OwnCopy {
 public:
  explicit OwnCopy(const std::string& model) : other_(model) {
    const fs::path folder = other_.folder().parent_path() / "own";
    fs::create_directories(folder);
    archive_ = folder / (model + ".pt2");
    fs::copy_file(zoo(model), archive_);
    out_ = folder / "out";
    const Ended ended = run_strata({"decompose", archive_.string(), "--out", out_.string()});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
  }

  const fs::path& out() const { return out_; }

  // `strata verify --json` with the cache.
  json verify(std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), {"verify", out_.string(), "--json"});
    const Ended ended = run_strata(arguments);
    return json::parse(ended.out, nullptr, false);
  }

  // The cache's entries for this folder that were stored since.
  std::vector<fs::path> entries() const {
    const char* own = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    const fs::path cache = own != nullptr ? fs::path(own) : fs::path(home) / ".cache";
    std::vector<fs::path> found;
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(cache / "strata" / "verdicts", absent)) {
      if (entry.path().extension() != ".json" || entry.last_write_time(absent) < started_) continue;
      const json document = json::parse(text_of(entry.path()), nullptr, false);
      if (document.is_object() && document.at("key").at("tree") == tree_digest())
        found.push_back(entry.path());
    }
    return found;
  }

 private:
  std::string tree_digest() const { return sha256(text_of(out_ / "decomposition_tree.json")); }

  fs::file_time_type started_ = fs::file_time_type::clock::now() - std::chrono::seconds(1);
  Emitted other_;  // only for its folder
  fs::path archive_;
  fs::path out_;
};

// By component: whether the verdict came from the cache; "composition" too.
std::map<std::string, bool> cached(const json& result) {
  std::map<std::string, bool> by_name;
  if (!result.is_object()) return by_name;
  for (const json& step : result.at("steps")) by_name[step.at("component")] = step.at("cached");
  by_name["composition"] = result.at("composition").at("cached");
  return by_name;
}

bool all_cached(const json& result, bool wanted) {
  const std::map<std::string, bool> steps = cached(result);
  return !steps.empty() && std::all_of(steps.begin(), steps.end(),
                                       [&](const auto& step) { return step.second == wanted; });
}

TEST(CachedVerdicts, AnswerWhatHasNotChangedAndNothingElse) {
  const OwnCopy own("tied_weights");
  EXPECT_TRUE(all_cached(own.verify(), false));
  const json again = own.verify();
  EXPECT_TRUE(all_cached(again, true)) << again;
  EXPECT_EQ(again.at("verdict"), "pass");
  EXPECT_TRUE(all_cached(own.verify({"--fresh"}), false));
  EXPECT_TRUE(all_cached(own.verify({"--seeds", "4"}), false));

  // A space in one file: what is built on it is judged anew.
  const fs::path file = [&] {
    for (const auto& entry : fs::directory_iterator(own.out() / "level_3_model"))
      return entry.path();
    return fs::path();
  }();
  std::ofstream(file, std::ios::app) << "\n";
  for (const auto& [name, from_cache] : cached(own.verify())) {
    EXPECT_EQ(from_cache, name != file.stem() && name != "composition") << name;
  }
}

TEST(CachedVerdicts, ADamagedOneIsJudgedAnew) {
  const OwnCopy own("tied_weights");
  own.verify();
  const std::vector<fs::path> entries = own.entries();
  ASSERT_EQ(entries.size(), 3u);
  for (const fs::path& entry : entries) fs::resize_file(entry, fs::file_size(entry) / 2);
  const json again = own.verify();
  EXPECT_TRUE(all_cached(again, false)) << again;
  EXPECT_EQ(again.at("verdict"), "pass");
}

TEST(CachedVerdicts, OfAFailAreNotKept) {
  const OwnCopy own("tied_weights");
  for (const auto& entry : fs::directory_iterator(own.out() / "level_0_kernel")) {
    const std::string text = text_of(entry.path());
    const std::size_t place = text.find("1e-05");
    if (place != std::string::npos)
      std::ofstream(entry.path()) << text.substr(0, place) << "1e-02" << text.substr(place + 5);
  }
  for (int run = 0; run < 2; ++run) {
    const json result = own.verify();
    EXPECT_EQ(result.at("verdict"), "fail") << result;
    EXPECT_FALSE(result.at("composition").at("cached"));
  }
}

// Starts `strata verify`, and asks it to stop when the first verdict is there.
bool interrupted(const OwnCopy& own) {
  const pid_t child = fork();
  if (child == 0) {
    const int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    const std::string program = STRATA_PROGRAM_DIR "/strata";
    execl(program.c_str(), program.c_str(), "verify", own.out().c_str(), "--jobs", "1", nullptr);
    _exit(127);
  }
  int status = 0;
  while (own.entries().empty() && waitpid(child, &status, WNOHANG) == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  kill(child, SIGINT);
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 2;
}

TEST(CachedVerdicts, LetAnInterruptedRunGoOnWhereItWas) {
  // On a busy machine a run may be done before it is asked to stop.
  for (int attempt = 0; attempt < 5; ++attempt) {
    const OwnCopy own("gpt2_small");
    if (!interrupted(own)) continue;
    const std::size_t kept = own.entries().size();
    ASSERT_GE(kept, 1u);
    std::size_t answered = 0;
    for (const auto& [name, from_cache] : cached(own.verify())) answered += from_cache ? 1 : 0;
    EXPECT_EQ(answered, kept);
    EXPECT_LT(answered, 5u);
    return;
  }
  FAIL() << "no run could be interrupted";
}

TEST(RepeatedRuns, OfTheSmallModelsAreBitEqual) {
  const Emitted emitted("tied_weights");
  const json result =
      json::parse(emitted.verify({"--repeat", "2", "--threads", "1,2"}).out).at("determinism");
  EXPECT_TRUE(result.at("bit_equal_run_to_run"));
  EXPECT_TRUE(result.at("original_bit_equal_run_to_run"));
  EXPECT_EQ(result.at("threads"), json({1, 2}));
}

TEST(Checksums, OfAnotherRunAreComparedNodeByNode) {
  const Emitted emitted("tied_weights");
  ASSERT_EQ(emitted.verify().exit_code, 0);
  const fs::path sums = emitted.folder() / "verification" / "checksums.json";
  EXPECT_EQ(emitted.verify({"--compare-checksums", sums.string()}).exit_code, 0);

  const fs::path other = emitted.folder().parent_path() / "other.json";
  fs::copy_file(sums, other);
  const json nodes = json::parse(std::ifstream(sums)).at("nodes");
  const std::string sum = nodes.back().at("original");
  emitted.edit(other, "\"original\": \"" + sum, "\"original\": \"0000000000000000");
  const Ended ended = emitted.verify({"--compare-checksums", other.string()});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(reasons(ended), testing::HasSubstr("run differs from"));
}

}  // namespace
}  // namespace strata
