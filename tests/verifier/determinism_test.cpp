#include "verifier/determinism.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels_l0/error.h"

namespace strata {
namespace {

NodeSum node(const std::string& name, const std::string& original, const std::string& composed) {
  return {name, "aten::" + name, "h_0", "block", "transformer.h.0", original, composed};
}

// Two nodes; the second one's sums are given, the outputs are the second node's.
Checksums sums(const std::string& original, const std::string& composed) {
  Checksums made;
  made.archive_digest = "model";
  made.nodes = {node("mul", "1", "1"), node("add", original, composed)};
  made.original_outputs = {original};
  made.composed_outputs = {composed};
  return made;
}

TEST(Checksums, ReadBackAsWritten) {
  const Checksums written = sums("2", "3");
  const Checksums read = checksums_from_json(to_json(written), "here");
  EXPECT_EQ(to_json(read), to_json(written));
}

TEST(Checksums, AnythingElseIsAnError) {
  nlohmann::json document = to_json(sums("2", "3"));
  document["nodes"][0].erase("composed");
  EXPECT_THAT([&] { checksums_from_json(document, "here"); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("[checksums.read] here")));
}

TEST(Checksums, NameTheFirstNodeWhereComposedAndOriginalPart) {
  EXPECT_FALSE(first_parting(sums("2", "2")));
  const auto parting = first_parting(sums("2", "3"));
  ASSERT_TRUE(parting);
  EXPECT_EQ(parting->node.node, "add");
  EXPECT_EQ(parting->other, "3");
  EXPECT_EQ(parting_text(*parting), "add (aten::add) in h_0, originally transformer.h.0");
}

TEST(Checksums, NameTheFirstNodeWhereTwoRunsPart) {
  EXPECT_FALSE(first_parting(sums("2", "2"), sums("2", "2")));
  EXPECT_EQ(first_parting(sums("2", "2"), sums("3", "2"))->side, "original");
  EXPECT_EQ(first_parting(sums("2", "2"), sums("2", "3"))->side, "composed");
}

TEST(Checksums, OfAnotherArchiveAreNotCompared) {
  Checksums other = sums("2", "2");
  other.archive_digest = "another model";
  EXPECT_THAT([&] { first_parting(sums("2", "2"), other); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("[checksums.other_archive]")));
}

Determinism compared(const std::vector<RepeatedRun>& runs) { return compare_runs(runs, 2, {1, 2}); }

Judgement judgement_of(const Determinism& determinism) {
  Judgement judgement;
  judge_determinism(determinism, judgement);
  return judgement;
}

TEST(Determinism, EqualRunsAreBitEqual) {
  const Determinism same = compared({{1, 0, sums("2", "2")}, {1, 1, sums("2", "2")}});
  EXPECT_TRUE(same.outputs_repeat);
  EXPECT_FALSE(same.run_to_run);
  EXPECT_EQ(judgement_of(same).verdict, Verdict::kPass);
}

TEST(Determinism, AComposedRunThatDiffersFailsAndNamesTheNode) {
  const Determinism other = compared({{1, 0, sums("2", "2")}, {1, 1, sums("2", "3")}});
  EXPECT_FALSE(other.outputs_repeat);
  EXPECT_TRUE(other.original_repeats);
  ASSERT_TRUE(other.run_to_run);
  EXPECT_EQ(other.run_to_run->node.node, "add");
  const Judgement judgement = judgement_of(other);
  EXPECT_EQ(judgement.verdict, Verdict::kFail);
  EXPECT_THAT(judgement.reasons.at(0), testing::HasSubstr("add (aten::add) in h_0"));
}

// What the model itself does is not the tree's fault.
TEST(Determinism, AnOriginalThatDiffersIsOnlyTold) {
  const Determinism both = compared({{1, 0, sums("2", "2")}, {1, 1, sums("4", "4")}});
  EXPECT_FALSE(both.outputs_repeat);
  EXPECT_FALSE(both.original_repeats);
  EXPECT_EQ(judgement_of(both).verdict, Verdict::kPass);
}

TEST(Determinism, AnotherNumberOfThreadsIsOnlyTold) {
  const Determinism threads = compared({{1, 0, sums("2", "2")},
                                        {1, 1, sums("2", "2")},
                                        {2, 0, sums("5", "5")},
                                        {2, 1, sums("5", "5")}});
  EXPECT_TRUE(threads.outputs_repeat);
  EXPECT_FALSE(threads.outputs_agree);
  EXPECT_EQ(threads.across_threads, 2);
  ASSERT_TRUE(threads.across);
  EXPECT_EQ(threads.across->node.node, "add");
  EXPECT_EQ(judgement_of(threads).verdict, Verdict::kPass);
  EXPECT_THAT(determinism_text(threads), testing::HasSubstr("on 2 part first at add"));
}

TEST(Determinism, ARunThatEndsEarlyFails) {
  const Judgement judgement =
      judgement_of(compared({{1, 0, sums("2", "2")}, {1, 1, std::nullopt}}));
  EXPECT_EQ(judgement.verdict, Verdict::kFail);
  EXPECT_THAT(judgement.reasons, testing::Contains(testing::HasSubstr("determinism: ")));
}

}  // namespace
}  // namespace strata
