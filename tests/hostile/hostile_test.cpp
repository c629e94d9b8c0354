#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "tests/hostile/corpus.h"
#include "tests/hostile/trial_of_honesty.h"

namespace strata {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

Isolation strong() {
  Isolation isolation = isolation_here();
  isolation.memory_bytes = std::uint64_t{256} << 20;
  return isolation;
}

std::string reasons_of(const Said& said) {
  return fmt::format("{}", fmt::join(said.judgement.reasons, "\n"));
}

bool fails_for_its_reason(const HostileSubject& subject, const Said& said) {
  const std::regex expected(subject.expected);
  return said.judgement.verdict == Verdict::kFail &&
         std::ranges::any_of(said.judgement.reasons, [&](const std::string& reason) {
           return std::regex_search(reason, expected);
         });
}

// The subjects of these names, judged by their trials while one protection is off.
std::vector<Said> judge_without(Protection protection, const std::vector<std::string>& names) {
  std::vector<HostileSubject> chosen = hostile_corpus();
  std::erase_if(chosen, [&](const HostileSubject& subject) {
    return std::ranges::find(names, subject.name) == names.end();
  });
  EXPECT_EQ(chosen.size(), names.size());
  Isolation isolation = strong();
  isolation.off = {protection};
  return judge_subjects(chosen, isolation, Extent::kTrialsAlone);
}

TEST(Hostile, EverySubjectFailsForItsReason) {
  const std::vector<HostileSubject> corpus = hostile_corpus();
  ASSERT_GE(corpus.size(), 25u);
  const std::vector<Said> said = judge_subjects(corpus, strong());
  std::size_t right = 0;
  for (std::size_t i = 0; i < corpus.size(); ++i) {
    const bool as_expected = fails_for_its_reason(corpus[i], said[i]);
    right += as_expected ? 1 : 0;
    EXPECT_TRUE(as_expected) << corpus[i].name << ": " << verdict_name(said[i].judgement.verdict)
                             << "\n  expected: " << corpus[i].expected
                             << "\n  got: " << reasons_of(said[i]);
    // Whatever the subject did to it, the report is whole.
    EXPECT_EQ(nlohmann::json::parse(said[i].report.dump()), said[i].report);
    EXPECT_EQ(said[i].report.at("verdict"), "fail");
  }
  fmt::print("hostile subjects that fail for the right reason: {} of {}\n", right, corpus.size());
}

// Without this the test above could not tell a judge that fails everything.
TEST(Hostile, HonestComponentsPass) {
  const std::filesystem::path library =
      std::filesystem::path(STRATA_BINARY_DIR) / "hostile/subjects.so";
  for (const Said& said :
       judge_subjects({{"honest", library, "", "honest", std::chrono::seconds(60)},
                       {"copying", library, "", "copying", std::chrono::seconds(60)}},
                      strong())) {
    EXPECT_EQ(said.judgement.verdict, Verdict::kPass) << said.name << ": " << reasons_of(said);
    EXPECT_EQ(said.report.at("evidence"), "proved");
    EXPECT_EQ(said.report.at("isolation").at("enforced").size(), std::size(kProtections));
  }
}

// --- each protection is needed: without it somebody passes, or is stopped by chance only

TEST(Hostile, WithoutTheFilterOfSystemCallsThreadsAndProcessesAreStarted) {
  for (const Said& said :
       judge_without(Protection::kSystemCalls, {"starts_a_thread", "leaves_its_group"}))
    EXPECT_EQ(said.judgement.verdict, Verdict::kPass) << said.name << ": " << reasons_of(said);
}

TEST(Hostile, WithoutLandlockFilesAreRead) {
  for (const Said& said :
       judge_without(Protection::kFiles, {"opens_files_outside", "reads_its_parents_memory_file"}))
    EXPECT_EQ(said.judgement.verdict, Verdict::kPass) << said.name << ": " << reasons_of(said);
}

TEST(Hostile, WithoutLimitsMemoryIsTaken) {
  for (const Said& said : judge_without(Protection::kLimits, {"makes_huge_tensors"}))
    EXPECT_THAT(reasons_of(said), AnyOf(HasSubstr("outside rtol"), HasSubstr("did not finish")));
}

TEST(Hostile, WithoutPrivateInputsTheOriginalComputesOnWhatTheSubjectLeftThere) {
  for (const Said& said : judge_without(Protection::kPrivateInputs, {"zeroes_the_inputs"}))
    EXPECT_EQ(said.judgement.verdict, Verdict::kPass) << reasons_of(said);
}

TEST(Hostile, WithoutPoisonFreshMemoryHoldsNumbers) {
  for (const Said& said : judge_without(Protection::kPoison, {"reads_fresh_memory"}))
    EXPECT_THAT(reasons_of(said), testing::Not(HasSubstr("other places: 64 elements")));
}

TEST(Hostile, WithoutAWatchOnItsStateLibTorchIsLeftChanged) {
  for (const Said& said :
       judge_without(Protection::kState, {"sets_grad_mode", "seeds_the_generator",
                                          "sets_the_default_dtype", "reuses_its_output"}))
    EXPECT_EQ(said.judgement.verdict, Verdict::kPass) << said.name << ": " << reasons_of(said);
}

TEST(Hostile, WithoutARepeatedTrialWhatIsKeptFromCallToCallPasses) {
  for (const Said& said :
       judge_without(Protection::kRepeat, {"tires_late", "drifts", "caches_by_content"}))
    EXPECT_EQ(said.judgement.verdict, Verdict::kPass) << said.name << ": " << reasons_of(said);
}

}  // namespace
}  // namespace strata
