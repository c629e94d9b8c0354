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

// Three jobs, the first the longest; the order in which they end.
std::vector<std::string> order_of_ends(Job first, Job second, Job third, std::uint64_t memory) {
  const auto waits = [](int milliseconds) {
    return [=](const std::vector<Outcome>&) {
      usleep(static_cast<useconds_t>(1000 * milliseconds));
      return json();
    };
  };
  std::vector<Job> jobs{std::move(first), std::move(second), std::move(third)};
  for (Job& job : jobs) job.stages = {{"only", waits(&job == jobs.data() ? 400 : 0), {}, {}}};
  std::vector<std::string> ends;
  const auto done = [&](std::size_t job, const std::vector<Outcome>&) {
    ends.push_back(jobs[job].name);
  };
  run_jobs(jobs, {2, done, memory});
  return ends;
}

TEST(Runner, AJobWaitsUntilThereIsMemoryForItAndOthersGoFirst) {
  const Job large{"large", {}, 6}, equal{"equal", {}, 6}, small{"small", {}, 4};
  using Names = std::vector<std::string>;
  EXPECT_EQ(order_of_ends(large, equal, small, 10), (Names{"small", "large", "equal"}));
  EXPECT_EQ(order_of_ends(large, equal, small, 12), (Names{"equal", "small", "large"}));
  EXPECT_EQ(order_of_ends(large, equal, small, 5), (Names{"large", "equal", "small"}));
}

TEST(Runner, MemoryThatJobsShareCountsOnce) {
  const Job one{"one", {}, 1, 6}, other{"other", {}, 1, 6}, own{"own", {}, 5};
  using Names = std::vector<std::string>;
  EXPECT_EQ(order_of_ends(one, own, other, 8), (Names{"other", "one", "own"}));
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

// A job of two stages, of which the second runs beside the first.
Job pair_of(std::function<json()> first,
            std::function<json(const std::vector<Outcome>&, const Awaited&)> second,
            std::vector<int> descriptors = {}, Limits limits = {}) {
  Stage beside{"second", {}, limits, descriptors};
  beside.beside = std::move(second);
  return {"job",
          {{"first", [first](const std::vector<Outcome>&) { return first(); }, {}, descriptors},
           std::move(beside)}};
}

TEST(Runner, AStageBesideAnotherRunsAtTheSameTime) {
  const Descriptor said = anonymous_file("said");
  // The first ends only when the second has run.
  const auto outcomes = run_jobs({pair_of(
                                     [&] {
                                       while (read_whole(said.number()).empty()) usleep(1000);
                                       return json{{"sum", 3}};
                                     },
                                     [&](const std::vector<Outcome>&, const Awaited& other) {
                                       append_bytes(said.number(), "x", 1);
                                       return json(other().at("sum").get<int>() + 1);
                                     },
                                     {said.number()})},
                                 {})
                            .at(0);
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[1].result, 4);
}

TEST(Runner, AStageBesideOneThatFailsIsEnded) {
  const Descriptor process = anonymous_file("process");
  const auto outcomes = run_jobs({pair_of(
                                     [&]() -> json {
                                       while (read_whole(process.number()).empty()) usleep(1000);
                                       throw 5;
                                     },
                                     [&](const std::vector<Outcome>&, const Awaited& other) {
                                       const pid_t id = getpid();
                                       append_bytes(process.number(), &id, sizeof id);
                                       return other();
                                     },
                                     {process.number()})},
                                 {})
                            .at(0);
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].ending, Ending::kThrew);
  pid_t id = 0;
  read_whole(process.number()).copy(reinterpret_cast<char*>(&id), sizeof id);
  EXPECT_EQ(kill(id, 0), -1);
}

TEST(Runner, TheTimeOfAStageBesideAnotherCountsFromThatOnesResult) {
  const auto after = [](int milliseconds) {
    return pair_of(
        [] {
          usleep(400'000);
          return json();
        },
        [=](const std::vector<Outcome>&, const Awaited& other) {
          other();
          usleep(static_cast<useconds_t>(1000 * milliseconds));
          return json();
        },
        {}, {std::chrono::milliseconds(200), 0});
  };
  EXPECT_EQ(run_jobs({after(0)}, {}).at(0).at(1).ending, Ending::kFinished);
  EXPECT_EQ(run_jobs({after(2000)}, {}).at(0).at(1).ending, Ending::kTimedOut);
}

TEST(Runner, AStageBesideAnotherSaysItsOwnError) {
  const auto outcomes = run_jobs({pair_of([] { return json(1); },
                                          [](const std::vector<Outcome>&, const Awaited&) -> json {
                                            throw Error("a.b", "x: rule; got y");
                                          })},
                                 {})
                            .at(0);
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[1].error_id, "a.b");
}

TEST(Runner, AStageBesideAnotherThatIsNotNeededIsTheEnd) {
  Job job = pair_of([] { return json(1); },
                    [](const std::vector<Outcome>&, const Awaited& other) { return other(); });
  job.stages[1].needed = [](const std::vector<Outcome>& earlier) { return !earlier.empty(); };
  EXPECT_EQ(run_jobs({job}, {}).at(0).size(), 1u);
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
