#include "verifier/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "kernels_l0/error.h"
#include "verifier/descriptor.h"

namespace strata {
namespace {

using nlohmann::json;
using testing::HasSubstr;

Outcome run_one(std::function<json()> work, Limits limits = {}) {
  Job job{"job", {{"only", [work](const std::vector<Outcome>&) { return work(); }, limits, {}}}};
  return run_jobs({job}, {}).at(0).at(0);
}

TEST(Runner, ReturnsWhatTheWorkReturned) {
  const Outcome outcome = run_one([] { return json{{"sum", 3}}; });
  EXPECT_EQ(outcome.ending, Ending::kFinished);
  EXPECT_EQ(outcome.result.at("sum"), 3);
}

TEST(Runner, ReturnsAnswersLargerThanAPipeHolds) {
  const Outcome outcome = run_one([] { return json(std::string(3'000'000, 'x')); });
  EXPECT_EQ(outcome.result.get<std::string>().size(), 3'000'000u);
}

TEST(Runner, ReportsAnErrorWithItsId) {
  const Outcome outcome = run_one([]() -> json { throw Error("a.b", "x: rule; got y"); });
  EXPECT_EQ(outcome.ending, Ending::kError);
  EXPECT_EQ(outcome.error_id, "a.b");
}

TEST(Runner, ReportsOddExceptions) {
  EXPECT_EQ(run_one([]() -> json { throw std::runtime_error("odd"); }).reason, "threw: odd");
  EXPECT_EQ(run_one([]() -> json { throw 5; }).ending, Ending::kThrew);
}

TEST(Runner, ReportsACrashWithItsSignalAndLastWords) {
  const Outcome outcome = run_one([]() -> json {
    fputs("going down\n", stderr);
    std::abort();
  });
  EXPECT_EQ(outcome.ending, Ending::kCrashed);
  EXPECT_THAT(outcome.reason, HasSubstr("signal 6"));
  EXPECT_THAT(outcome.reason, HasSubstr("going down"));
}

TEST(Runner, AnEarlyExitWithZeroIsNotSuccess) {
  const Outcome outcome = run_one([]() -> json { std::exit(0); });
  EXPECT_EQ(outcome.ending, Ending::kExited);
}

TEST(Runner, KillsWhatRunsTooLong) {
  const Outcome outcome = run_one(
      []() -> json {
        for (;;) pause();
      },
      {std::chrono::milliseconds(100), 0});
  EXPECT_EQ(outcome.ending, Ending::kTimedOut);
}

TEST(Runner, DoesNotWaitForAGrandchildThatHoldsThePipe) {
  const Outcome outcome = run_one([]() -> json {
    if (fork() == 0) sleep(30);
    _exit(0);
  });
  EXPECT_EQ(outcome.ending, Ending::kExited);
  EXPECT_LT(outcome.seconds, 5);
}

TEST(Runner, LaterStagesSeeEarlierResultsInAnotherProcess) {
  Job job{"job",
          {{"first", [](const std::vector<Outcome>&) { return json(getpid()); }, {}, {}},
           {"second",
            [](const std::vector<Outcome>& earlier) {
              return json(earlier.at(0).result.get<int>() != getpid());
            },
            {},
            {}}}};
  const auto outcomes = run_jobs({job}, {}).at(0);
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[1].result, true);
}

TEST(Runner, StopsAJobAtTheStageThatDoesNotFinish) {
  Job job{"job",
          {{"first", [](const std::vector<Outcome>&) -> json { throw 1; }, {}, {}},
           {"second", [](const std::vector<Outcome>&) { return json(1); }, {}, {}}}};
  EXPECT_EQ(run_jobs({job, job}, {}).at(1).size(), 1u);
}

TEST(Runner, GivesAProcessOnlyTheDescriptorsItMayHave) {
  const Descriptor secret = anonymous_file("secret");
  const Descriptor shared = anonymous_file("shared");
  Job job{"job",
          {{"only",
            [&](const std::vector<Outcome>&) {
              append_bytes(shared.number(), "seen", 4);
              return json(write(secret.number(), "x", 1) < 0);
            },
            {},
            {shared.number()}}}};
  EXPECT_EQ(run_jobs({job}, {}).at(0).at(0).result, true);
  EXPECT_EQ(read_whole(shared.number()), "seen");
  EXPECT_EQ(read_whole(secret.number()), "");
}

// Exits with 0 when the run was interrupted and no child is left.
[[noreturn]] void run_and_interrupt() {
  hold_interrupts();
  Job job{"job",
          {{"only",
            [](const std::vector<Outcome>&) -> json {
              kill(getppid(), SIGINT);
              for (;;) pause();
            },
            {},
            {}}}};
  try {
    run_jobs({job}, {});
  } catch (const Error& error) {
    _exit(error.id() == "runner.interrupted" && waitpid(-1, nullptr, WNOHANG) == -1 ? 0 : 2);
  }
  _exit(3);
}

TEST(Runner, StopsAtAHeldSignalAndLeavesNoChild) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a process in which nothing else runs
  EXPECT_EXIT(run_and_interrupt(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace strata
