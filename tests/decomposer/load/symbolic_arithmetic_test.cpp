#include "decomposer/load/symbolic_arithmetic.h"

#include <gtest/gtest.h>

#include <limits>

namespace strata {
namespace {

Argument integer(std::int64_t value) { return value; }

TEST(SymbolicArithmetic, ComparesIntegersExactly) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(evaluate_symbolic("_operator.lt", {integer(kMost - 1), integer(kMost)}),
            Argument(true));
  EXPECT_EQ(evaluate_symbolic("_operator.eq", {integer(kMost - 1), integer(kMost)}),
            Argument(false));
  EXPECT_EQ(evaluate_symbolic("_operator.ge", {integer(2), integer(2)}), Argument(true));
  EXPECT_EQ(evaluate_symbolic("_operator.ne", {integer(2), integer(2)}), Argument(false));
}

TEST(SymbolicArithmetic, ComparesIntegersWithReals) {
  EXPECT_EQ(evaluate_symbolic("_operator.gt", {integer(3), 2.5}), Argument(true));
  EXPECT_EQ(evaluate_symbolic("_operator.le", {3.5, integer(3)}), Argument(false));
}

TEST(SymbolicArithmetic, CombinesTruths) {
  EXPECT_EQ(evaluate_symbolic("_operator.and_", {true, false}), Argument(false));
  EXPECT_EQ(evaluate_symbolic("_operator.or_", {true, false}), Argument(true));
  EXPECT_EQ(evaluate_symbolic("torch.sym_not", {true}), Argument(false));
}

TEST(SymbolicArithmetic, ChoosesNumbers) {
  EXPECT_EQ(evaluate_symbolic("torch.sym_ite", {false, integer(1), integer(2)}),
            Argument(std::int64_t{2}));
  EXPECT_EQ(evaluate_symbolic("torch.sym_max", {integer(1), integer(2)}),
            Argument(std::int64_t{2}));
  EXPECT_EQ(evaluate_symbolic("torch.sym_min", {integer(1), integer(2)}),
            Argument(std::int64_t{1}));
}

TEST(SymbolicArithmetic, LeavesWhatItDoesNotKnow) {
  EXPECT_EQ(evaluate_symbolic("_operator.mul", {integer(1), integer(2)}), std::nullopt);
  EXPECT_EQ(evaluate_symbolic("aten.gt", {integer(1), integer(2)}), std::nullopt);
  EXPECT_EQ(evaluate_symbolic("_operator.gt", {integer(1)}), std::nullopt);
  EXPECT_EQ(evaluate_symbolic("_operator.gt", {integer(1), NoneArgument{}}), std::nullopt);
  EXPECT_EQ(evaluate_symbolic("_operator.and_", {integer(1), integer(2)}), std::nullopt);
  EXPECT_EQ(evaluate_symbolic("torch.sym_not", {integer(1)}), std::nullopt);
}

}  // namespace
}  // namespace strata
