#include "verifier/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/verifier/small_tree.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Coverage, EveryNodeOfASoundTreeHasOneOwner) {
  const SmallTree small = small_tree();
  const Coverage coverage = account(small.loaded, small.normalised, small.tree);
  EXPECT_TRUE(coverage.sound());
  ASSERT_EQ(coverage.ledger.size(), 4u);
  EXPECT_EQ(coverage.ledger[0].owners.at(0).kind, OwnerKind::kDropped);
  EXPECT_EQ(coverage.ledger[1].owners.at(0).kind, OwnerKind::kKernel);
  EXPECT_EQ(coverage.ledger[3].owners.at(0).kind, OwnerKind::kArithmetic);
}

TEST(Coverage, CountsOnlyKernelsAsDecomposed) {
  const SmallTree small = small_tree();
  for (const OperationCount& row : account(small.loaded, small.normalised, small.tree).operations) {
    EXPECT_TRUE(row.match()) << row.operation;
    EXPECT_EQ(row.kernels, row.operation == "aten::linear" || row.operation == "aten::relu");
  }
}

TEST(Coverage, ANodeThatNobodyOwnsIsAProblem) {
  SmallTree small = small_tree();
  small.normalised.dropped.clear();
  EXPECT_THAT(account(small.loaded, small.normalised, small.tree).problems,
              ElementsAre(HasSubstr("dropout (aten::dropout): no component answers for it")));
}

TEST(Coverage, AProgramThatHandsOnItsInputHasNothingToAnswerFor) {
  SmallTree small = small_tree();
  EXPECT_FALSE(account_step(small.normalised, Tree{}, 0).sound());
  EXPECT_FALSE(account(small.loaded, small.normalised, Tree{}).sound());
  small.loaded.nodes.clear();
  small.normalised = small.loaded;
  EXPECT_TRUE(account_step(small.normalised, Tree{}, 0).sound());
  EXPECT_TRUE(account(small.loaded, small.normalised, Tree{}).sound());
}

// Numbers from symbolic shapes and inlined bodies are no nodes of the loaded graph.
TEST(Coverage, AccountsForWhatLoadingRemoved) {
  SmallTree small = small_tree();
  const DroppedNode size{kNone, "sym_size", "torch.ops.aten.sym_size.int", "specialised"};
  small.loaded.dropped.push_back(size);
  small.normalised.dropped.push_back(size);
  const Coverage coverage = account(small.loaded, small.normalised, small.tree);
  EXPECT_TRUE(coverage.sound());
  ASSERT_EQ(coverage.ledger.size(), 5u);
  EXPECT_EQ(coverage.ledger[4].name, "sym_size");
  EXPECT_EQ(coverage.ledger[4].owners.at(0).reason, "specialised");
}

TEST(Coverage, ANodeWithTwoOwnersIsAProblem) {
  SmallTree small = small_tree();
  small.tree.instances[2].nodes = {0};
  const Coverage coverage = account(small.loaded, small.normalised, small.tree);
  EXPECT_THAT(coverage.problems, ElementsAre(HasSubstr("kernel of fc and kernel of act"),
                                             HasSubstr("relu (aten::relu): no component")));
}

TEST(Coverage, AClaimOnANodeThatDoesNotExistIsAProblem) {
  SmallTree small = small_tree();
  small.tree.instances[2].nodes = {77};
  EXPECT_THAT(account(small.loaded, small.normalised, small.tree).problems,
              Contains(HasSubstr("which the original does not have")));
}

TEST(Coverage, ABodyThatClaimsFewerNodesThanItCallsIsAProblem) {
  SmallTree small = small_tree();
  small.tree.instances[0].nodes.clear();
  EXPECT_THAT(account(small.loaded, small.normalised, small.tree).problems,
              Contains(HasSubstr("the root: 1 operator calls")));
}

TEST(Coverage, AnEmptyProgramIsNotSound) {
  EXPECT_FALSE(account(Graph{}, Graph{}, Tree{}).sound());
}

TEST(Coverage, AStepAnswersForItselfAndItsDescendants) {
  const SmallTree small = small_tree();
  EXPECT_EQ(account_step(small.normalised, small.tree, 0).nodes, 3);
  EXPECT_EQ(account_step(small.normalised, small.tree, 1).nodes, 1);
}

TEST(Coverage, ReportNamesOwners) {
  const SmallTree small = small_tree();
  const auto report = to_json(account(small.loaded, small.normalised, small.tree), small.tree);
  EXPECT_EQ(report.at("schema"), "coverage_summary/1");
  EXPECT_EQ(report.at("ledger").at(1).at("owners").at(0).at("instance"), "fc");
  EXPECT_EQ(report.at("ledger").at(0).at("owners").at(0).at("reason"), "dropout in eval mode");
}

}  // namespace
}  // namespace strata
