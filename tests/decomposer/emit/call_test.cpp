#include "decomposer/emit/call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "decomposer/emit/equivalence.h"
#include "kernels_l0/error.h"
#include "tests/decomposer/emit/component_builder.h"

namespace strata {
namespace {

constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
const ValueRef kX{0};
const ValueRef kY{1};
const ValueRef kZ{2};

// Tensors 0, 1 and 2 are called x, y and z.
Expression variable(ValueRef value) {
  return {std::string(1, static_cast<char>('x' + value.id)), Binding::kPostfix, 0, {}};
}

OperatorCall call_of(const std::string& op, std::vector<Argument> arguments) {
  ComponentBuilder builder(0, "test", "test");
  builder.call(op, std::move(arguments), "result", {1});
  return std::get<OperatorCall>(builder.component().body[0]);
}

std::string text_of(const std::string& op, std::vector<Argument> arguments) {
  return call_expression(call_of(op, std::move(arguments)), variable).text;
}

TEST(Call, WritesArithmeticAsOperators) {
  EXPECT_EQ(text_of("aten::add.Tensor", {kX, kY}), "x + y");
  EXPECT_EQ(text_of("aten::sub.Tensor", {kX, kY}), "x - y");
  EXPECT_EQ(text_of("aten::div.Tensor", {kX, 8.0}), "x / 8.0");
  EXPECT_EQ(text_of("aten::mul.Tensor", {kX, std::int64_t{2}}), "x * 2");
  EXPECT_EQ(text_of("aten::neg", {kX}), "-x");
  EXPECT_EQ(text_of("aten::rsub.Scalar", {kX, 1.0}), "at::rsub(x, 1.0)");
}

TEST(Call, KeepsAlphaWhenItCounts) {
  EXPECT_EQ(text_of("aten::add.Tensor", {kX, kY, std::int64_t{1}}), "x + y");
  EXPECT_EQ(text_of("aten::add.Tensor", {kX, kY, 0.1}), "at::add(x, y, 0.1)");
}

TEST(Call, SetsParenthesesOnlyWhereTheTreeNeedsThem) {
  const OperandText sum = [](ValueRef value) {
    return value.id == 0 ? Expression{"a + b", Binding::kSum, 0.5, {}} : variable(value);
  };
  EXPECT_EQ(call_expression(call_of("aten::mul.Tensor", {kX, kY}), sum).text, "(a + b) * y");
  EXPECT_EQ(call_expression(call_of("aten::add.Tensor", {kX, kY}), sum).text, "a + b + y");
  EXPECT_EQ(call_expression(call_of("aten::add.Tensor", {kY, kX}), sum).text, "y + (a + b)")
      << "sums of floats don't associate";
  EXPECT_EQ(call_expression(call_of("aten::neg", {kX}), sum).text, "-(a + b)");
  EXPECT_EQ(call_expression(call_of("aten::view", {kX, Sizes{2}}), sum).text, "(a + b).view({2})");
}

// --x would be another operator.
TEST(Call, KeepsTwoMinusSignsApart) {
  const OperandText minus = [](ValueRef) { return Expression{"-x", Binding::kUnary, 0.5, {}}; };
  EXPECT_EQ(call_expression(call_of("aten::neg", {kX}), minus).text, "-(-x)");
}

TEST(Call, WritesPlumbingAsMethods) {
  EXPECT_EQ(text_of("aten::view", {kX, Sizes{1, 64, 12, 64}}), "x.view({1, 64, 12, 64})");
  EXPECT_EQ(text_of("aten::transpose.int", {kX, std::int64_t{1}, std::int64_t{2}}),
            "x.transpose(1, 2)");
  EXPECT_EQ(text_of("aten::slice.Tensor", {kX, std::int64_t{1}, std::int64_t{4}, kEnd}),
            "x.slice(1, 4)");
  EXPECT_EQ(
      text_of("aten::slice.Tensor", {kX, std::int64_t{1}, std::int64_t{4}, kEnd, std::int64_t{2}}),
      "x.slice(1, 4, std::nullopt, 2)");
  EXPECT_EQ(text_of("aten::cat", {std::vector<ValueRef>{kX, kY}, std::int64_t{-1}}),
            "at::cat({x, y}, -1)");
  EXPECT_EQ(text_of("aten::add_.Tensor", {kX, kY}), "x.add_(y)");
  EXPECT_EQ(text_of("aten::masked_fill.Scalar", {kX, kY, -std::numeric_limits<double>::infinity()}),
            "x.masked_fill(y, -std::numeric_limits<double>::infinity())");
}

TEST(Call, WritesEveryCastTheSameWay) {
  EXPECT_EQ(text_of("aten::to.dtype", {kX, ScalarType::kBFloat16}), "x.to(at::kBFloat16)");
  EXPECT_EQ(text_of("aten::to.dtype_layout",
                    {kX, ScalarType::kFloat32, Layout::kStrided, Device{"cpu", -1}}),
            "x.to(at::kFloat)");
  EXPECT_EQ(text_of("aten::to.device", {kX, Device{"cpu", -1}, ScalarType::kFloat32}),
            "x.to(at::kFloat)");
}

TEST(Call, GroupsTheOptionsOfFactories) {
  EXPECT_EQ(text_of("aten::arange",
                    {std::int64_t{64}, NoneArgument{}, NoneArgument{}, Device{"cpu", -1}, false}),
            "at::arange(64)");
  EXPECT_EQ(text_of("aten::arange.start", {std::int64_t{0}, std::int64_t{64}, ScalarType::kInt64}),
            "at::arange(0, 64, at::kLong)");
  EXPECT_EQ(
      text_of("aten::full",
              {Sizes{1}, 1.0, ScalarType::kFloat32, Layout::kStrided, Device{"cuda", 0}}),
      "at::full({1}, 1.0, at::TensorOptions().dtype(at::kFloat).device(at::Device(\"cuda:0\")))");
  EXPECT_EQ(text_of("aten::zeros_like", {kX}), "at::zeros_like(x)");
}

TEST(Call, LeavesOutDefaultsButAnEpsilon) {
  EXPECT_EQ(text_of("aten::layer_norm", {kX, Sizes{768}, kY, kZ, 1e-05}),
            "at::layer_norm(x, {768}, y, z, 1e-05)");
  EXPECT_EQ(text_of("aten::gelu", {kX, std::string("tanh")}), "at::gelu(x, \"tanh\")");
  EXPECT_EQ(text_of("aten::gelu", {kX, std::string("none")}), "at::gelu(x)");
  EXPECT_EQ(text_of("aten::conv2d", {kX, kY, NoneArgument{}, Sizes{2, 2}, Sizes{3, 3}, Sizes{1, 1},
                                     std::int64_t{1}}),
            "at::conv2d(x, y, {}, {2, 2}, {3, 3})");
}

TEST(Call, AvoidsOverloadsThatCppWouldConfuse) {
  EXPECT_EQ(
      text_of("aten::arange.start_step", {std::int64_t{0}, std::int64_t{64}, std::int64_t{1}}),
      "at::arange(0, 64, 1)")
      << "without its step this is arange.start";
  EXPECT_EQ(text_of("aten::conv2d", {kX, kY, NoneArgument{}, Sizes{1, 1}, Sizes{0, 0}, Sizes{1, 1},
                                     std::int64_t{4}}),
            "at::conv2d(x, y, {}, {1, 1}, at::IntArrayRef{0, 0}, {1, 1}, 4)")
      << "{0, 0} could be a string";
  EXPECT_EQ(text_of("aten::var.correction", {kX, Sizes{1}, std::int64_t{1}, true}),
            "at::var(x, {1}, at::Scalar(1), true)")
      << "a bare 1 would be `unbiased`";
  EXPECT_EQ(text_of("aten::argsort", {kX, std::int64_t{1}, false}), "at::argsort(x, 1, false)")
      << "a bare 1 could be `stable`";
}

// `x // 2` stands in the graph as a floor division by a tensor.
TEST(Call, SaysNumbersInATensorsPlaceAsTheyAre) {
  EXPECT_EQ(text_of("aten::floor_divide", {kX, std::int64_t{2}}), "at::floor_divide(x, 2)");
  EXPECT_EQ(text_of("aten::true_divide.Tensor", {kX, 0.5}), "at::true_divide(x, 0.5)");
}

// `2 // x`: no function of C++ takes a number first, and ATen's own way is no public function.
TEST(Call, RefusesANumberInATensorsPlaceThatCppCantSay) {
  try {
    text_of("aten::floor_divide", {std::int64_t{2}, kX});
    ADD_FAILURE() << "it was written";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "emit.operator");
    EXPECT_THAT(error.what(), testing::HasSubstr("torch.tensor(2)"));
  }
}

TEST(Call, KeepsTheVeryOperator) {
  EXPECT_EQ(text_of("aten::__and__.Tensor", {kX, kY}), "at::__and__(x, y)")
      << "x & y would call bitwise_and";
  EXPECT_EQ(text_of("aten::index.Tensor", {kX, std::vector<ValueRef>{ValueRef{}, kY}}),
            "at::index(x, {{}, y})");
  EXPECT_EQ(text_of("aten::where.ScalarOther", {kX, kY, 0.0}), "at::where(x, y, 0.0)");
}

TEST(Call, RefusesOperatorsWithoutACppFunction) {
  auto op = std::make_shared<OperatorSchema>();
  op->name_space = "torchvision";
  op->name = "nms";
  try {
    call_expression({op, {}, {}, CallRole::kKernel}, variable);
    FAIL() << "torchvision::nms has no C++ function in LibTorch";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "emit.operator");
    EXPECT_NE(std::string(error.what()).find("torchvision::nms"), std::string::npos);
  }
}

TEST(Call, KnowsWhatMustKeepItsOrder) {
  EXPECT_TRUE(is_ordered(call_of("aten::add_.Tensor", {kX, kY})));
  EXPECT_TRUE(is_ordered(call_of("aten::dropout", {kX, 0.5, true})));
  EXPECT_TRUE(is_ordered(call_of("aten::rand", {Sizes{2}})));
  EXPECT_FALSE(is_ordered(call_of("aten::dropout", {kX, 0.5, false})));
  EXPECT_FALSE(is_ordered(call_of("aten::matmul", {kX, kY})));
}

std::string canonical_text(const OperatorCall& call) {
  const OperatorCall canonical = canonical_call(call);
  return canonical.op->qualified_name() + " with " + std::to_string(canonical.arguments.size());
}

TEST(Equivalence, BringsTextAndGraphToOneForm) {
  const auto same = [](const OperatorCall& graph, const OperatorCall& text) {
    const OperatorCall a = canonical_call(graph);
    const OperatorCall b = canonical_call(text);
    return a.op == b.op && a.arguments == b.arguments;
  };
  EXPECT_TRUE(
      same(call_of("aten::mul.Tensor", {kX, 0.125}), call_of("aten::mul.Scalar", {kX, 0.125})));
  EXPECT_TRUE(same(call_of("aten::add.Tensor", {kX, std::int64_t{2}}),
                   call_of("aten::add.Scalar", {kX, std::int64_t{2}})));
  EXPECT_TRUE(same(call_of("aten::to.dtype_layout",
                           {kX, ScalarType::kFloat32, Layout::kStrided, Device{"cpu", -1}}),
                   call_of("aten::to.dtype", {kX, ScalarType::kFloat32})));
  EXPECT_TRUE(same(call_of("aten::arange", {std::int64_t{4}, NoneArgument{}, NoneArgument{},
                                            Device{"cpu", -1}, false}),
                   call_of("aten::arange", {std::int64_t{4}})));
  EXPECT_TRUE(same(call_of("aten::slice.Tensor", {kX, std::int64_t{1}, std::int64_t{4}, kEnd}),
                   call_of("aten::slice.Tensor", {kX, std::int64_t{1}, std::int64_t{4}})));
}

TEST(Equivalence, OneNumberStandsForAllDimensions) {
  const OperatorCall graph =
      call_of("aten::conv2d", {kX, kY, NoneArgument{}, Sizes{2, 2}, Sizes{3, 3}, Sizes{1, 1}});
  const OperatorCall text =
      call_of("aten::conv2d", {kX, kY, NoneArgument{}, Sizes{2, 2}, Sizes{3, 3}, Sizes{1}});
  EXPECT_EQ(canonical_call(graph).arguments, canonical_call(text).arguments);
  const OperatorCall other =
      call_of("aten::conv2d", {kX, kY, NoneArgument{}, Sizes{2, 2}, Sizes{3, 3}, Sizes{2}});
  EXPECT_NE(canonical_call(graph).arguments, canonical_call(other).arguments);
}

TEST(Equivalence, KeepsApartWhatDiffers) {
  const auto same = [](const OperatorCall& a, const OperatorCall& b) {
    return canonical_text(a) == canonical_text(b) &&
           canonical_call(a).arguments == canonical_call(b).arguments;
  };
  EXPECT_FALSE(same(call_of("aten::mul.Tensor", {kX, 2.0}),
                    call_of("aten::mul.Scalar", {kX, std::int64_t{2}})))
      << "an integer and a float promote differently";
  EXPECT_FALSE(same(call_of("aten::to.dtype", {kX, ScalarType::kFloat16}),
                    call_of("aten::to.dtype", {kX, ScalarType::kBFloat16})));
  EXPECT_FALSE(same(call_of("aten::add.Tensor", {kX, kY, std::int64_t{2}}),
                    call_of("aten::add.Tensor", {kX, kY})));
}

}  // namespace
}  // namespace strata
