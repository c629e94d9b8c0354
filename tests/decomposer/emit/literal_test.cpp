#include "decomposer/emit/literal.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

namespace strata {
namespace {

TEST(Literal, DoublesReadBackAsTheSameNumber) {
  for (const double value :
       {0.125, 1.0, 1e-05, -3.4028234663852886e+38, 0.1, 1.0 / 3.0, 5e-324, -0.0, 1e300}) {
    const std::string text = double_literal(value);
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
    EXPECT_NE(text.find_first_of(".e"), std::string::npos) << text << " would be an integer";
  }
  EXPECT_EQ(double_literal(1e-05), "1e-05");
  EXPECT_EQ(double_literal(2.0), "2.0");
}

TEST(Literal, InfinitiesHaveNames) {
  EXPECT_EQ(double_literal(-std::numeric_limits<double>::infinity()),
            "-std::numeric_limits<double>::infinity()");
  EXPECT_EQ(double_literal(std::numeric_limits<double>::quiet_NaN()),
            "std::numeric_limits<double>::quiet_NaN()");
}

TEST(Literal, TheLimitsOfIntegersHaveNames) {
  EXPECT_EQ(integer_literal(std::numeric_limits<std::int64_t>::max()),
            "std::numeric_limits<int64_t>::max()");
  EXPECT_EQ(integer_literal(std::numeric_limits<std::int64_t>::min()),
            "std::numeric_limits<int64_t>::min()");
  EXPECT_EQ(integer_literal(-9223372036854775807), "-9223372036854775807");
}

TEST(Literal, TextIsEscaped) {
  EXPECT_EQ(string_literal("a\"b\\c\n"), "\"a\\\"b\\\\c\\012\"");
  EXPECT_EQ(string_literal("ij,jk->ik"), "\"ij,jk->ik\"");
}

TEST(Literal, OnlyTheCpuHasAShortName) {
  EXPECT_EQ(device_literal({"cpu", -1}), "at::kCPU");
  EXPECT_EQ(device_literal({"cuda", 1}), "at::Device(\"cuda:1\")");
}

}  // namespace
}  // namespace strata
