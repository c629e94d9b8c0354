#include "verifier/witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ClassFacts parent(OperatorCounts plumbing, OperatorCounts arithmetic) {
  ClassFacts facts;
  facts.name = "block::Model";
  facts.plumbing = std::move(plumbing);
  facts.arithmetic = std::move(arithmetic);
  return facts;
}

TEST(Witness, AgreesWhereTheSameRan) {
  const Witness witness =
      compare_witness(parent({{"view", 2}}, {{"add", 2}}), {{"view", 2}, {"add", 2}});
  EXPECT_TRUE(witness.agrees());
}

TEST(Witness, SaysWhatRanUnseen) {
  const Witness witness = compare_witness(parent({}, {{"add", 1}}), {{"add", 2}, {"softmax", 1}});
  EXPECT_THAT(witness.unexplained,
              ElementsAre("add: ran 2, scanned 1", "softmax: ran 1, scanned 0"));
  EXPECT_FALSE(witness.agrees());
}

TEST(Witness, SaysWhatDidNotRun) {
  const Witness witness = compare_witness(parent({}, {{"add", 2}}), {{"add", 1}});
  EXPECT_THAT(witness.unexplained, IsEmpty());
  EXPECT_THAT(witness.missing, ElementsAre("add: ran 1, scanned 2"));
}

TEST(Witness, KnowsHowCppSpellsIndexing) {
  EXPECT_TRUE(compare_witness(parent({{"operator[]", 1}}, {}), {{"select", 1}}).agrees());
  EXPECT_TRUE(compare_witness(parent({{"index", 1}}, {}), {{"slice", 2}, {"alias", 1}}).agrees());
  EXPECT_FALSE(compare_witness(parent({{"index", 1}}, {}), {{"index", 1}}).agrees());
}

TEST(Witness, KnowsHowCppSpellsANumberOnTheLeft) {
  EXPECT_TRUE(
      compare_witness(parent({}, {{"sub", 1}}), {{"empty_like", 1}, {"fill_", 1}, {"sub_", 1}})
          .agrees());
  EXPECT_FALSE(
      compare_witness(parent({}, {{"sub", 1}}), {{"sub", 1}, {"empty_like", 1}, {"fill_", 1}})
          .agrees());
}

TEST(Witness, ContiguousRunsNothingWhereNothingIsToDo) {
  EXPECT_TRUE(compare_witness(parent({{"contiguous", 1}}, {}), {}).agrees());
}

TEST(Witness, IsForParentsOnly) {
  ScanReply reply;
  reply.classes.push_back(parent({}, {}));
  EXPECT_NE(scanned_parent(reply, "block"), nullptr);
  EXPECT_EQ(scanned_parent(reply, "other"), nullptr);
  reply.classes[0].profile = Profile::kCatalogueL0;
  EXPECT_EQ(scanned_parent(reply, "block"), nullptr);
}

}  // namespace
}  // namespace strata
