#include "decomposer/cost/layout.h"

#include <gtest/gtest.h>

#include "decomposer/cost/cost.h"
#include "kernels_l0/catalogue.h"
#include "tests/decomposer/partition/small_models.h"

namespace strata {
namespace {

using Sizes = std::vector<std::int64_t>;

// Bytes that a model moves between two kernels by `lines`, which make %b of %a.
Count moved(const std::string& lines) {
  const Parted parts =
      parted("input %x : fp32[2,3,4]\n%a = aten::relu(%x) : fp32[2,3,4]\n" + lines + "return %y\n");
  const TreeCost cost = cost_of(parts.tree, catalogue());
  Count sum = 0;
  for (std::size_t i = 0; i < parts.tree.components.size(); ++i) {
    if (parts.tree.components[i].level > 0) sum += cost.components[i].own.bytes();
  }
  return sum;
}

constexpr std::int64_t kAll = 4 * 24;

TEST(Layouts, ViewsMoveNothing) {
  EXPECT_EQ(moved("%b = aten::view(%a, [6,4]) : fp32[6,4]\n"
                  "%y = aten::tanh(%b) : fp32[6,4]\n"),
            0);
  EXPECT_EQ(moved("%b = aten::transpose.int(%a, 0, 2) : fp32[4,3,2]\n"
                  "%y = aten::tanh(%b) : fp32[4,3,2]\n"),
            0);
  EXPECT_EQ(moved("%u = aten::unsqueeze(%a, 1) : fp32[2,1,3,4]\n"
                  "%b = aten::expand(%u, [2,5,3,4]) : fp32[2,5,3,4]\n"
                  "%y = aten::tanh(%b) : fp32[2,5,3,4]\n"),
            0);
}

TEST(Layouts, AReshapeOfATransposedTensorMovesIt) {
  EXPECT_EQ(moved("%t = aten::transpose.int(%a, 1, 2) : fp32[2,4,3]\n"
                  "%b = aten::reshape(%t, [2,12]) : fp32[2,12]\n"
                  "%y = aten::tanh(%b) : fp32[2,12]\n"),
            2 * kAll);
  EXPECT_EQ(moved("%t = aten::transpose.int(%a, 1, 2) : fp32[2,4,3]\n"
                  "%u = aten::transpose.int(%t, 1, 2) : fp32[2,3,4]\n"
                  "%b = aten::reshape(%u, [2,12]) : fp32[2,12]\n"
                  "%y = aten::tanh(%b) : fp32[2,12]\n"),
            0)
      << "transposed twice";
}

TEST(Layouts, ContiguousMovesOnlyWhatIsNot) {
  EXPECT_EQ(moved("%t = aten::transpose.int(%a, 1, 2) : fp32[2,4,3]\n"
                  "%b = aten::contiguous(%t) : fp32[2,4,3]\n"
                  "%y = aten::tanh(%b) : fp32[2,4,3]\n"),
            2 * kAll);
}

TEST(Layouts, WhatIsExpandedIsReadOnceAndWrittenInFull) {
  EXPECT_EQ(moved("%u = aten::unsqueeze(%a, 1) : fp32[2,1,3,4]\n"
                  "%e = aten::expand(%u, [2,5,3,4]) : fp32[2,5,3,4]\n"
                  "%b = aten::reshape(%e, [10,3,4]) : fp32[10,3,4]\n"
                  "%y = aten::tanh(%b) : fp32[10,3,4]\n"),
            kAll + 5 * kAll);
}

TEST(Layouts, ConcatenatingMovesEverything) {
  EXPECT_EQ(moved("%b = aten::cat([%a, %a], 0) : fp32[4,3,4]\n"
                  "%y = aten::tanh(%b) : fp32[4,3,4]\n"),
            kAll + 2 * kAll);
}

TEST(ViewedStrides, AreThoseOfTorch) {
  EXPECT_EQ(viewed_strides({2, 3, 4}, {12, 4, 1}, {6, 4}), (Sizes{4, 1}));
  EXPECT_EQ(viewed_strides({2, 3, 4}, {12, 4, 1}, {2, 3, 2, 2}), (Sizes{12, 4, 2, 1}));
  EXPECT_EQ(viewed_strides({2, 4, 3}, {12, 1, 4}, {2, 12}), std::nullopt);
  EXPECT_EQ(viewed_strides({2, 4, 3}, {12, 1, 4}, {2, 2, 2, 3}), (Sizes{12, 2, 1, 4}));
  EXPECT_EQ(viewed_strides({1, 6}, {6, 1}, {6}), (Sizes{1}));
}

}  // namespace
}  // namespace strata
