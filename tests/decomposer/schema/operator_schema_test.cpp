#include "decomposer/schema/operator_schema.h"

#include <gmock/gmock.h>

#include "kernels_l0/error.h"

namespace strata {
namespace {

using testing::HasSubstr;

const SchemaArgument& argument(const OperatorSchema& op, std::string_view name) {
  return op.arguments.at(static_cast<std::size_t>(op.argument_index(name)));
}

TEST(OperatorSchema, KnowsArgumentsTypesAndDefaults) {
  const auto op = operator_schema("aten", "layer_norm", "");
  EXPECT_EQ(op->qualified_name(), "aten::layer_norm");
  EXPECT_EQ(argument(*op, "input").type, ArgumentType::kTensor);
  EXPECT_FALSE(argument(*op, "input").has_default);
  EXPECT_EQ(argument(*op, "normalized_shape").type, ArgumentType::kIntList);
  EXPECT_TRUE(argument(*op, "weight").optional);
  EXPECT_EQ(argument(*op, "weight").default_value, Argument(NoneArgument{}));
  EXPECT_EQ(argument(*op, "eps").default_value, Argument(1e-5));
  EXPECT_EQ(argument(*op, "cudnn_enable").default_value, Argument(true));
}

TEST(OperatorSchema, RepeatsOneDefaultNumberOverAListOfFixedLength) {
  const auto op = operator_schema("aten", "conv2d", "");
  EXPECT_EQ(argument(*op, "stride").default_value, Argument(std::vector<std::int64_t>{1, 1}));
}

TEST(OperatorSchema, TellsElementTypesFromIntegers) {
  const auto op = operator_schema("aten", "to", "dtype");
  EXPECT_EQ(argument(*op, "dtype").type, ArgumentType::kScalarType);
  EXPECT_EQ(argument(*op, "memory_format").type, ArgumentType::kMemoryFormat);
  EXPECT_EQ(argument(*operator_schema("aten", "zeros", ""), "layout").type, ArgumentType::kLayout);
  EXPECT_EQ(argument(*operator_schema("aten", "zeros", ""), "device").type, ArgumentType::kDevice);
  EXPECT_EQ(argument(*operator_schema("aten", "add", "Tensor"), "alpha").type,
            ArgumentType::kScalar);
  EXPECT_EQ(argument(*operator_schema("aten", "gelu", ""), "approximate").default_value,
            Argument(std::string("none")));
}

TEST(OperatorSchema, AllowsNoneInsideOptionalTensorLists) {
  const auto op = operator_schema("aten", "index", "Tensor");
  EXPECT_EQ(argument(*op, "indices").type, ArgumentType::kTensorList);
  EXPECT_TRUE(argument(*op, "indices").optional_elements);
  EXPECT_FALSE(argument(*operator_schema("aten", "cat", ""), "tensors").optional_elements);
}

TEST(OperatorSchema, KnowsWhoWritesAndWhoViews) {
  EXPECT_TRUE(operator_schema("aten", "add_", "Tensor")->writes());
  EXPECT_FALSE(operator_schema("aten", "add_", "Tensor")->is_view());
  EXPECT_TRUE(operator_schema("aten", "add_", "Tensor")->returns.at(0).written);
  EXPECT_TRUE(operator_schema("aten", "transpose", "int")->is_view());
  EXPECT_TRUE(operator_schema("aten", "split", "Tensor")->is_view());
  EXPECT_TRUE(operator_schema("aten", "chunk", "")->is_view());
  EXPECT_FALSE(operator_schema("aten", "add", "Tensor")->writes());
  EXPECT_FALSE(operator_schema("aten", "add", "Tensor")->is_view());
}

TEST(OperatorSchema, CountsReturns) {
  EXPECT_EQ(operator_schema("aten", "max", "dim")->returns.size(), 2U);
  EXPECT_EQ(operator_schema("aten", "split", "Tensor")->returns.at(0).type,
            ArgumentType::kTensorList);
}

TEST(OperatorSchema, GivesTheSameObjectForTheSameName) {
  EXPECT_EQ(operator_schema("aten", "relu", ""), operator_schema("aten", "relu", ""));
  EXPECT_NE(operator_schema("aten", "add", "Tensor"), operator_schema("aten", "add", "Scalar"));
}

TEST(OperatorSchema, NamesAnUnknownOperatorAndWhatToDo) {
  try {
    operator_schema("transformers", "grouped_mm_fallback", "");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "schema.unknown_operator");
    EXPECT_THAT(error.what(), HasSubstr("transformers::grouped_mm_fallback"));
    EXPECT_THAT(error.what(), HasSubstr("batched_mm"));
  }
}

}  // namespace
}  // namespace strata
