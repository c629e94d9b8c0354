#include "verifier/compare.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels_l0/error.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr Tolerance kExact{};

at::Tensor floats(std::initializer_list<float> values) {
  return at::tensor(std::vector<float>(values));
}

TEST(Compare, EqualBitsAreBitEqual) {
  const Comparison result = compare(floats({1, -2, kNan, kInf}), floats({1, -2, kNan, kInf}));
  EXPECT_EQ(result.agreement, Agreement::kBitEqual);
  EXPECT_TRUE(result.pass);
  EXPECT_EQ(result.max_ulp, 0u);
  EXPECT_TRUE(result.worst.empty());
}

TEST(Compare, FiguresAreThoseOfTheWorstElement) {
  const Comparison result =
      compare(floats({1, 10, 100}), floats({1, 11, 100.5F}), Tolerance{0.01, 0.125});
  EXPECT_EQ(result.agreement, Agreement::kOutside);
  EXPECT_FALSE(result.pass);
  EXPECT_EQ(result.failing, 1);
  EXPECT_DOUBLE_EQ(result.max_abs, 1);
  EXPECT_DOUBLE_EQ(result.max_rel, 0.1);
  EXPECT_THAT(result.worst, ElementsAre(1));
  EXPECT_EQ(result.expected_at_worst, "10");
  EXPECT_EQ(result.got_at_worst, "11");
  EXPECT_NEAR(result.passing_atol, 0.9, 1e-6);
  EXPECT_NEAR(result.passing_rtol, 0.0875, 1e-6);
}

TEST(Compare, TheReportedTolerancesPass) {
  const at::Tensor expected = at::randn({1000});
  const at::Tensor got = expected + at::randn({1000}) * 1e-3;
  const Comparison first = compare(expected, got, {1e-5, 1e-6});
  ASSERT_FALSE(first.pass);
  EXPECT_TRUE(compare(expected, got, {1e-5, first.passing_atol}).pass);
  EXPECT_TRUE(compare(expected, got, {first.passing_rtol, 1e-6}).pass);
  EXPECT_FALSE(compare(expected, got, {1e-5, first.passing_atol * 0.999}).pass);
  EXPECT_FALSE(compare(expected, got, {first.passing_rtol * 0.999, 1e-6}).pass);
}

TEST(Compare, ANanOnOneSideFailsWhateverTheTolerance) {
  const Comparison result = compare(floats({1, 2}), floats({1, kNan}), Tolerance{1e9, 1e9});
  EXPECT_EQ(result.agreement, Agreement::kNonFinite);
  EXPECT_FALSE(result.pass);
  EXPECT_EQ(result.failing, 1);
  EXPECT_THAT(result.worst, ElementsAre(1));
  EXPECT_FALSE(compare(floats({1, kNan}), floats({1, 2}), Tolerance{1e9, 1e9}).pass);
}

TEST(Compare, InfinitiesMustAgreeInPlaceAndSign) {
  EXPECT_TRUE(compare(floats({kInf, -kInf}), floats({kInf, -kInf})).pass);
  EXPECT_EQ(compare(floats({kInf}), floats({-kInf})).agreement, Agreement::kNonFinite);
  EXPECT_EQ(compare(floats({3e38F}), floats({kInf}), {1, 1}).agreement, Agreement::kNonFinite);
  EXPECT_TRUE(std::isinf(compare(floats({1}), floats({kInf})).passing_atol));
}

TEST(Compare, NanPayloadsAndSignsOfZeroPassButAreNotBitEqual) {
  EXPECT_EQ(compare(floats({0.0F}), floats({-0.0F})).agreement, Agreement::kWithin);
  EXPECT_EQ(compare(floats({kNan}), floats({-kNan})).agreement, Agreement::kWithin);
  EXPECT_FALSE(bit_equal(floats({0.0F}), floats({-0.0F})));
}

TEST(Compare, ZerosDoNotPassForSmallNumbersByRelativeTolerance) {
  const Comparison result = compare(at::full({4}, 1e-4F), at::zeros({4}), {0.5, 1e-6});
  EXPECT_EQ(result.failing, 4);
  EXPECT_TRUE(result.expected_constant);
}

TEST(Compare, ExpectedZeroHasInfiniteRelativeError) {
  EXPECT_TRUE(std::isinf(compare(floats({0}), floats({1e-9F})).max_rel));
  EXPECT_TRUE(compare(floats({0}), floats({1e-9F})).pass);
}

TEST(Compare, UlpCountsRepresentableNumbersAcrossZero) {
  EXPECT_EQ(compare(floats({1}), floats({std::nextafter(1.0F, 2.0F)})).max_ulp, 1u);
  const float tiny = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(compare(floats({-tiny}), floats({tiny})).max_ulp, 2u);
  const at::Tensor one = at::ones({1}, at::kBFloat16);
  EXPECT_EQ(compare(one, one + 0.0078125).max_ulp, 1u);
  const at::Tensor half = at::ones({1}, at::kHalf);
  EXPECT_EQ(compare(half, half * 2).max_ulp, 1024u);
  const at::Tensor wide = at::ones({1}, at::kDouble);
  EXPECT_EQ(compare(wide, wide * -1).max_ulp, 2 * 0x3FF0000000000000u);
  EXPECT_FALSE(compare(at::ones({1}, at::kLong), at::ones({1}, at::kLong)).max_ulp.has_value());
}

TEST(Compare, DtypeAndShapeComeFirst) {
  EXPECT_EQ(compare(at::ones({2}), at::ones({2}, at::kDouble)).agreement, Agreement::kDtypeDiffers);
  const Comparison shape = compare(at::ones({2, 1}), at::ones({1, 2}));
  EXPECT_EQ(shape.agreement, Agreement::kShapeDiffers);
  EXPECT_EQ(describe(shape), "shape [1, 2], expected [2, 1]");
}

TEST(Compare, IntegersAndBoolAreExactWhateverTheTolerance) {
  const std::int64_t big = (std::int64_t{1} << 60) + 1;
  const at::Tensor expected = at::full({2}, big, at::kLong);
  EXPECT_TRUE(compare(expected, expected.clone()).pass);
  EXPECT_FALSE(compare(expected, expected - 1, Tolerance{1, 1e30}).pass);
  EXPECT_EQ(compare(expected, expected - 1).failing, 2);
  EXPECT_FALSE(compare(at::ones({1}, at::kBool), at::zeros({1}, at::kBool), {1, 1}).pass);
  EXPECT_EQ(compare(at::full({1}, 255, at::kByte), at::zeros({1}, at::kByte)).max_abs, 255);
}

TEST(Compare, ComplexNumbersByTheirDistance) {
  const at::Tensor expected = at::complex(floats({3, 1}), floats({4, 1}));
  EXPECT_EQ(compare(expected, expected.clone()).agreement, Agreement::kBitEqual);
  const Comparison result =
      compare(expected, at::complex(floats({3, 1}), floats({4.5F, 1})), kExact);
  EXPECT_DOUBLE_EQ(result.max_abs, 0.5);
  EXPECT_DOUBLE_EQ(result.max_rel, 0.1);
  EXPECT_FALSE(compare(expected, at::complex(floats({3, 1}), floats({kNan, 1})), {9, 9}).pass);
  EXPECT_FALSE(compare(at::complex(floats({kInf}), floats({1})),
                       at::complex(floats({kInf}), floats({2})), {9, 9})
                   .pass);
}

TEST(Compare, StridesDoNotMatter) {
  const at::Tensor values = at::randn({3, 5});
  const at::Tensor transposed = values.t().contiguous().t();
  EXPECT_EQ(compare(values, transposed).agreement, Agreement::kBitEqual);
  at::Tensor wrong = transposed.clone();
  wrong.index_put_({at::tensor(1), at::tensor(2)}, at::tensor(7.0F));
  EXPECT_THAT(compare(values, wrong).worst, ElementsAre(1, 2));
  EXPECT_TRUE(bit_equal(values, transposed));
  EXPECT_EQ(checksum(values), checksum(transposed));
}

TEST(Compare, EmptyTensorsAgreeAndSayThatNothingWasCompared) {
  const Comparison result = compare(at::empty({0, 3}), at::empty({0, 3}));
  EXPECT_TRUE(result.pass);
  EXPECT_EQ(result.elements, 0);
}

TEST(Compare, UndefinedTensorsAreAnError) {
  EXPECT_THAT([&] { compare(at::ones({1}), at::Tensor()); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("[compare.undefined]")));
}

TEST(Compare, DescribesAFailureInOneLine) {
  const std::string text = describe(compare(floats({1, 10}), floats({1, 11})));
  EXPECT_THAT(text, HasSubstr("max abs 1, max rel 0.1"));
  EXPECT_THAT(text, HasSubstr("at [1]: expected 10, got 11; 1 of 2 elements outside"));
  EXPECT_THAT(text, HasSubstr("would have passed"));
}

TEST(Compare, JsonSpellsInfinitiesOut) {
  const auto json = to_json(compare(floats({1}), floats({kNan})));
  EXPECT_EQ(json.at("max_abs"), "inf");
  EXPECT_EQ(json.at("agreement"), "non_finite");
  EXPECT_EQ(json.at("worst").at("got"), "nan");
}

TEST(Checksum, TellsDtypeShapeAndEveryByteApart) {
  const at::Tensor zeros = at::zeros({3}, at::kByte);
  EXPECT_NE(checksum(zeros), checksum(at::zeros({4}, at::kByte)));
  EXPECT_NE(checksum(zeros), checksum(at::zeros({3}, at::kChar)));
  at::Tensor other = zeros.clone();
  other.select(0, 2).fill_(1);
  EXPECT_NE(checksum(zeros), checksum(other));
  EXPECT_EQ(checksum(zeros), checksum(zeros.clone()));
}

TEST(Tolerance, FollowsTheGuide) {
  EXPECT_EQ(step_tolerance(at::kFloat), (Tolerance{1e-5, 1e-6}));
  EXPECT_EQ(step_tolerance(at::kHalf), (Tolerance{1e-3, 1e-3}));
  EXPECT_EQ(step_tolerance(at::kBFloat16), (Tolerance{1e-3, 1e-3}));
  EXPECT_EQ(step_tolerance(at::kLong), kExact);
  EXPECT_EQ(composition_tolerance(at::kFloat), (Tolerance{1e-4, 1e-5}));
  EXPECT_EQ(composition_tolerance(at::kBool), kExact);
}

TEST(Tolerance, OverridesLeaveIntegersExact) {
  EXPECT_EQ(overridden({1, 2}, at::kFloat, 0.5, std::nullopt), (Tolerance{0.5, 2}));
  EXPECT_EQ(overridden(kExact, at::kInt, 0.5, 0.5), kExact);
}

}  // namespace
}  // namespace strata
