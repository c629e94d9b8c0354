#include "decomposer/emit/wrap.h"

#include <gtest/gtest.h>

namespace strata {
namespace {

// What clang-format 19 makes of these lines, Google style, 100 columns.
TEST(Wrap, BreaksLinesAsClangFormatDoes) {
  EXPECT_EQ(wrapped(4,
                    "weight = register_parameter(\"some_quite_long_parameter_name\", "
                    "at::empty({123456, 123456, 1, 1}, "
                    "at::kBFloat16));"),
            "    weight = register_parameter(\"some_quite_long_parameter_name\",\n"
            "                                at::empty({123456, 123456, 1, 1}, at::kBFloat16));\n");
  EXPECT_EQ(wrapped(4,
                    "scaled_dot = register_module(\"scaled_dot\", "
                    "std::make_shared<scaled_dot_product_attention_1x12x64x64::Model>());"),
            "    scaled_dot = register_module(\n"
            "        \"scaled_dot\", "
            "std::make_shared<scaled_dot_product_attention_1x12x64x64::Model>());\n");
  EXPECT_EQ(wrapped(4,
                    "auto [hidden_states_something, position_bias_very_long_name] = "
                    "block->forward(hidden_states, mask, "
                    "position_bias);"),
            "    auto [hidden_states_something, position_bias_very_long_name] =\n"
            "        block->forward(hidden_states, mask, position_bias);\n");
  EXPECT_EQ(wrapped(4,
                    "at::Tensor weights = softmax->forward(matmul->forward(query_states, "
                    "key_states.transpose(2, 3)) * 0.125 "
                    "+ attention_mask);"),
            "    at::Tensor weights = softmax->forward(\n"
            "        matmul->forward(query_states, key_states.transpose(2, 3)) * 0.125 + "
            "attention_mask);\n");
}

TEST(Wrap, PutsLongListsInColumns) {
  EXPECT_EQ(
      wrapped(2,
              "return {{{2, 5, 3}, at::kFloat}, {{2, 5, 3}, at::kLong}, {{2, 5, 12}, at::kFloat}, "
              "{{2, 5, 12}, "
              "at::kFloat}, {{2, 5, 12}, at::kFloat}, {{2, 5, 12}, at::kFloat}};"),
      "  return {{{2, 5, 3}, at::kFloat},  {{2, 5, 3}, at::kLong},   {{2, 5, 12}, at::kFloat},\n"
      "          {{2, 5, 12}, at::kFloat}, {{2, 5, 12}, at::kFloat}, {{2, 5, 12}, at::kFloat}};\n");
}

TEST(Wrap, JoinsAFunctionThatFitsOneLine) {
  EXPECT_EQ(
      function_text(2, "at::Tensor forward(const at::Tensor& x)", "    return at::relu(x);\n"),
      "  at::Tensor forward(const at::Tensor& x) { return at::relu(x); }\n");
  EXPECT_EQ(function_text(0, "int f()", "  one();\n  two();\n"),
            "int f() {\n  one();\n  two();\n}\n");
}

TEST(Wrap, FillsComments) {
  const std::string text = comment(std::string(60, 'a') + " " + std::string(60, 'b'));
  EXPECT_EQ(text, "// " + std::string(60, 'a') + "\n// " + std::string(60, 'b') + "\n");
}

}  // namespace
}  // namespace strata
