#include <gtest/gtest.h>

#include "decomposer/normalise/normalise.h"
#include "tests/decomposer/graph_text.h"

namespace strata {
namespace {

std::string normalised(std::string_view text) { return to_text(normalise(graph_from_text(text))); }

TEST(DeadCode, DropsWhatNobodyReads) {
  const Graph graph = normalise(graph_from_text(R"(
    input %x : fp32[4]
    %a = aten::relu(%x) : fp32[4]
    %b = aten::exp(%a) : fp32[4]
    return %a)"));
  EXPECT_EQ(to_text(graph), "%a = aten::relu(%x)\n");
  ASSERT_EQ(graph.dropped.size(), 1U);
  EXPECT_EQ(graph.dropped[0].reason, "nothing reads its result");
}

TEST(DeadCode, DropsAStorageThatIsWrittenAndNeverRead) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[4]
    %z = aten::zeros([8]) : fp32[8]
    %s = aten::slice.Tensor(%z, 0, 0, 4) : fp32[4]
    %c = aten::copy_(%s, %x) : fp32[4]
    %y = aten::relu(%x) : fp32[4]
    return %y)"),
            "%y = aten::relu(%x)\n");
}

TEST(DeadCode, KeepsAWriteThatIsReadThroughAnotherView) {
  const std::string text = normalised(R"(
    input %x : fp32[4]
    %z = aten::zeros([8]) : fp32[8]
    %s = aten::slice.Tensor(%z, 0, 0, 4) : fp32[4]
    %c = aten::copy_(%s, %x) : fp32[4]
    %y = aten::relu(%z) : fp32[8]
    return %y)");
  EXPECT_NE(text.find("copy_"), std::string::npos) << text;
}

TEST(DeadCode, DropsAWriteAfterTheLastRead) {
  const std::string text = normalised(R"(
    input %x : fp32[4]
    %z = aten::zeros([4]) : fp32[4]
    %y = aten::add.Tensor(%x, %z) : fp32[4]
    %c = aten::copy_(%z, %x) : fp32[4]
    return %y)");
  EXPECT_EQ(text.find("copy"), std::string::npos) << text;
}

TEST(DeadCode, KeepsWhatUpdatesABuffer) {
  const std::string text = normalised(R"(
    input %x : fp32[2,3,4,4]
    buffer %mean : fp32[3]
    buffer %var : fp32[3]
    buffer %calls : i64[]
    %n = aten::add_.Tensor(%calls, 1) : i64[]
    %b = aten::batch_norm(%x, None, None, %mean, %var, True, 0.1, 1e-5, False) : fp32[2,3,4,4]
    %y = aten::relu(%x) : fp32[2,3,4,4]
    return %y)");
  EXPECT_NE(text.find("add_"), std::string::npos) << text;
  EXPECT_NE(text.find("batch_norm"), std::string::npos) << text;
}

TEST(DeadCode, DropsABatchNormThatOnlyReadsItsStatistics) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[2,3,4,4]
    buffer %mean : fp32[3]
    buffer %var : fp32[3]
    %b = aten::batch_norm(%x, None, None, %mean, %var, False, 0.1, 1e-5, False) : fp32[2,3,4,4]
    %y = aten::relu(%x) : fp32[2,3,4,4]
    return %y)"),
            "%y = aten::relu(%x)\n");
}

TEST(DeadCode, KeepsRandomNumbersThatNobodyReads) {
  const std::string text = normalised(R"(
    input %x : fp32[4]
    %r = aten::randn([4]) : fp32[4]
    %d = aten::dropout(%x, 0.5, True) : fp32[4]
    return %d)");
  EXPECT_NE(text.find("randn"), std::string::npos) << text;
}

// Parts that a model draws for itself and never uses.
TEST(DeadCode, RandomNumbersThatNobodyReadGoWhereNoOthersFollow) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[4]
    %d = aten::rand([4]) : fp32[4]
    %r = aten::randn([4]) : fp32[4]
    %y = aten::relu(%x) : fp32[4]
    return %y)"),
            "%y = aten::relu(%x)\n");
}

constexpr const char* kUnreadCond = R"(
    input %p : bool[]
    input %x : fp32[4]
    higher_order::cond_then(%p)
    %a = aten::relu(%x) : fp32[4]
    higher_order::cond_else(%p)
    %b = aten::exp(%x) : fp32[4]
    %c = higher_order::cond(%p, [%a], [%b]) : fp32[4]
    %y = aten::neg(%x) : fp32[4]
    return %y)";

TEST(DeadCode, ACondGoesWithItsBrackets) {
  EXPECT_EQ(normalised(kUnreadCond), "%y = aten::neg(%x)\n");
}

TEST(DeadCode, ACondThatDrawsRandomNumbersStaysWithItsBrackets) {
  std::string text = kUnreadCond;
  text.replace(text.find("aten::exp(%x)"), 13, "aten::rand_like(%x)");
  text.replace(text.find("aten::neg(%x)"), 13, "aten::bernoulli(%x)");
  const std::string left = normalised(text);
  EXPECT_NE(left.find("cond_then"), std::string::npos) << left;
  EXPECT_NE(left.find("cond_else"), std::string::npos) << left;
  EXPECT_NE(left.find("aten::rand("), std::string::npos) << left;
}

}  // namespace
}  // namespace strata
