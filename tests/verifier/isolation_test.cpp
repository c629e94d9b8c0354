#include "verifier/sandbox/isolation.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "kernels_l0/error.h"
#include "verifier/runner.h"
#include "verifier/sandbox/sandbox.h"
#include "verifier/sandbox/system_calls.h"
#include "verifier/verify.h"
#include "verifier/verify_step.h"

namespace strata {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string refusal(const Isolation& isolation) {
  try {
    unprotected(isolation);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Isolation, IsAnErrorWhereTheKernelHasNoLandlock) {
  Isolation isolation;
  isolation.kernel = {.seccomp = true, .landlock = 0};
  EXPECT_THAT(refusal(isolation),
              testing::AllOf(HasSubstr("[isolation.landlock]"), HasSubstr("--weak-isolation")));
}

TEST(Isolation, IsAnErrorWhereTheKernelTakesNoFilter) {
  Isolation isolation;
  isolation.kernel = {.seccomp = false, .landlock = 7};
  EXPECT_THAT(refusal(isolation), HasSubstr("[isolation.seccomp]"));
}

TEST(Isolation, ThatIsWeakGoesOnAndSaysWhatIsMissing) {
  Isolation isolation;
  isolation.kernel = {.seccomp = true, .landlock = 0};
  isolation.weak = true;
  const json entry = to_json(isolation);
  EXPECT_THAT(entry.at("enforced").dump(), testing::Not(HasSubstr("files")));
  EXPECT_EQ(entry.at("not_enforced"),
            json::parse(R"([{"protection": "files", "why": "the kernel offers no Landlock"}])"));
}

TEST(Isolation, ThatIsWeakStaysWholeWhereTheKernelHasAll) {
  Isolation isolation;
  isolation.kernel = {.seccomp = true, .landlock = 1};
  isolation.weak = true;
  EXPECT_TRUE(unprotected(isolation).empty());
}

template <typename Options, typename Judge>
std::string error_without_landlock(Options options, Judge judge) {
  options.isolation.kernel = {.seccomp = true, .landlock = 0};
  try {
    judge(options);
  } catch (const Error& error) {
    return error.id();
  }
  return "";
}

// Nothing is there to be judged: the kernel is asked first.
TEST(Isolation, IsAskedForBeforeAnythingIsDone) {
  VerifyOptions folder;
  folder.folder = "nowhere";
  EXPECT_EQ(error_without_landlock(folder, verify_folder), "isolation.landlock");
  VerifyStepOptions step;
  step.original = "nowhere.h";
  step.refactored = "nowhere.h";
  EXPECT_EQ(error_without_landlock(step, verify_step), "isolation.landlock");
}

// This machine runs the tests of what it enforces.
TEST(Isolation, FindsWhatThisKernelOffers) {
  EXPECT_TRUE(kernel_support().seccomp);
  EXPECT_GE(kernel_support().landlock, 1);
}

TEST(SystemCalls, EveryRuleThatEndsAProcessSaysWhy) {
  for (const CallRule& rule : system_call_rules()) {
    EXPECT_FALSE(rule.name.empty());
    EXPECT_EQ(rule.answer == CallAnswer::kEnd, !rule.reason.empty()) << rule.name;
  }
}

// A rule behind one that always applies would never be asked.
TEST(SystemCalls, NoRuleIsHiddenBehindAnother) {
  std::set<int> settled;
  for (const CallRule& rule : system_call_rules()) {
    EXPECT_FALSE(settled.contains(rule.number)) << rule.name;
    if (rule.when == CallWhen::kAlways) settled.insert(rule.number);
  }
}

// --- in a process that is confined

Outcome confined(const std::function<json()>& work, const Isolation& isolation = isolation_here()) {
  const auto foreign = [&](const std::vector<Outcome>&, const HandOver& hand_over) {
    SandboxNeeds needs;
    needs.readable = {"/etc/hostname"};
    needs.time = std::chrono::seconds(10);
    hand_over(enter_sandbox(isolation, needs));
    return work();
  };
  const Job job{"job", {{"only", {}, {}, {}, foreign}}};
  return run_jobs({job}, {}).at(0).at(0);
}

TEST(Sandbox, TellsItsParentWhatItEnforces) {
  const Outcome outcome = confined([] { return json(1); });
  EXPECT_EQ(outcome.ending, Ending::kFinished) << outcome.reason;
  EXPECT_EQ(outcome.note.at("not_enforced"), json::array());
  EXPECT_GT(outcome.note.at("limits").at("data_bytes"), std::uint64_t{8} << 30);
}

TEST(Sandbox, ReadsWhatItMayAndNothingElse) {
  const Outcome outcome = confined([] {
    return json{open("/etc/hostname", O_RDONLY) >= 0, open("/etc/passwd", O_RDONLY) >= 0};
  });
  EXPECT_EQ(outcome.result, (json{true, false})) << outcome.reason;
}

TEST(Sandbox, RefusesCallsThatNoRuleNames) {
  const Outcome outcome = confined([] { return json(syscall(SYS_sync_file_range, 1, 0, 0, 0)); });
  EXPECT_EQ(outcome.result, -1) << outcome.reason;
}

TEST(Sandbox, EndsAProcessThatForksAndSaysSo) {
  const Outcome outcome = confined([] { return json(fork()); });
  EXPECT_EQ(outcome.ending, Ending::kCrashed);
  EXPECT_THAT(outcome.reason, HasSubstr("must not make"));
  EXPECT_THAT(outcome.reason, HasSubstr("starts a process"));
}

// --- a process that handed itself over is not believed

Outcome handed_over(const std::function<json()>& work) {
  const auto foreign = [&](const std::vector<Outcome>&, const HandOver& hand_over) {
    hand_over({{"here", true}});
    return work();
  };
  const Job job{"job", {{"only", {}, {}, {}, foreign}}};
  return run_jobs({job}, {}).at(0).at(0);
}

TEST(HandOver, KeepsTheNoteWhateverComesAfter) {
  const Outcome outcome = handed_over([]() -> json { _exit(0); });
  EXPECT_EQ(outcome.ending, Ending::kExited);
  EXPECT_EQ(outcome.note, json::parse(R"({"here": true})"));
}

TEST(HandOver, MakesItsErrorsNoErrorsOfOurs) {
  const Outcome outcome = handed_over([]() -> json { throw Error("a.b", "x: rule; got y"); });
  EXPECT_EQ(outcome.ending, Ending::kThrew);
  EXPECT_EQ(outcome.reason, "threw: [a.b] x: rule; got y");
}

TEST(HandOver, LetsMisconductBeNamed) {
  const Outcome outcome = handed_over([]() -> json { throw Misconduct("did what it must not"); });
  EXPECT_EQ(outcome.ending, Ending::kMisbehaved);
  EXPECT_EQ(outcome.reason, "did what it must not");
}

TEST(HandOver, IsNotNeededForAnErrorBefore) {
  const auto foreign = [](const std::vector<Outcome>&, const HandOver&) -> json {
    throw Error("a.b", "x: rule; got y");
  };
  const Outcome outcome = run_jobs({{"job", {{"only", {}, {}, {}, foreign}}}}, {}).at(0).at(0);
  EXPECT_EQ(outcome.ending, Ending::kError);
  EXPECT_EQ(outcome.error_id, "a.b");
}

TEST(Runner, LeavesOutAStageThatIsNotNeeded) {
  const auto work = [](const std::vector<Outcome>&) { return json(1); };
  const auto never = [](const std::vector<Outcome>&) { return false; };
  const Job job{"job", {{"first", work, {}, {}}, {"second", work, {}, {}, {}, never}}};
  EXPECT_EQ(run_jobs({job}, {}).at(0).size(), 1u);
}

}  // namespace
}  // namespace strata
