#include "verifier/align_calls.h"

#include <gtest/gtest.h>

#include "decomposer/graph/graph.h"

namespace strata {
namespace {

CallSum call(const std::string& operation, const std::string& number) {
  return {operation, number, "0"};
}

using Places = std::vector<std::int32_t>;

TEST(AlignCalls, FindsEqualNumbersInAnyOrder) {
  const std::vector<CallSum> expected{call("mul", "a"), call("add", "b")};
  const std::vector<CallSum> got{call("add", "b"), call("mul", "a")};
  EXPECT_EQ(align_calls(expected, got), (Places{1, 0}));
}

TEST(AlignCalls, ARepeatedCallIsFoundAsOftenAsItStands) {
  const std::vector<CallSum> expected{call("mul", "a"), call("mul", "a"), call("add", "b")};
  const std::vector<CallSum> got{call("mul", "a"), call("add", "b")};
  EXPECT_EQ(align_calls(expected, got), (Places{0, kNone, 1}));
}

// All numbers behind a wrong call differ; the order of the operations still tells who is who.
TEST(AlignCalls, CallsBehindAWrongOneAreFoundByTheirOrder) {
  const std::vector<CallSum> expected{call("linear", "a"), call("gelu", "b"), call("linear", "c")};
  const std::vector<CallSum> got{call("linear", "a"), call("relu", "x"), call("linear", "y")};
  EXPECT_EQ(align_calls(expected, got), (Places{0, kNone, 2}));
}

TEST(AlignCalls, AMissingCallShiftsNobody) {
  const std::vector<CallSum> expected{call("mul", "a"), call("add", "b"), call("mul", "c")};
  const std::vector<CallSum> got{call("mul", "a"), call("mul", "z")};
  EXPECT_EQ(align_calls(expected, got), (Places{0, kNone, 1}));
}

}  // namespace
}  // namespace strata
