#include "decomposer/graph/identifier.h"

#include <gtest/gtest.h>

namespace strata {
namespace {

TEST(SnakeCase, KeepsAcronymsAndDigitsWhole) {
  EXPECT_EQ(snake_case("GPT2Block"), "gpt2_block");
  EXPECT_EQ(snake_case("GPT2LMHeadModel"), "gpt2_lm_head_model");
  EXPECT_EQ(snake_case("LlamaRMSNorm"), "llama_rms_norm");
  EXPECT_EQ(snake_case("BertSelfAttention"), "bert_self_attention");
  EXPECT_EQ(snake_case("T5LayerFF"), "t5_layer_ff");
}

TEST(SnakeCase, KeepsActivationsWhole) {
  EXPECT_EQ(snake_case("SiLU"), "silu");
  EXPECT_EQ(snake_case("ReLU"), "relu");
  EXPECT_EQ(snake_case("GELU"), "gelu");
}

TEST(SnakeCase, DoesNotSplitAfterADigitWithoutAWord) {
  EXPECT_EQ(snake_case("Conv1D"), "conv1d");
  EXPECT_EQ(snake_case("BatchNorm2d"), "batch_norm2d");
}

TEST(SnakeCase, PartsWordsOfCapitalsThatRunOn) {
  EXPECT_EQ(snake_case("ViTMLP"), "vit_mlp");
  EXPECT_EQ(snake_case("CLIPMLP"), "clip_mlp");
  EXPECT_EQ(snake_case("GPTJMLP"), "gptj_mlp");
  EXPECT_EQ(snake_case("LlamaMLP"), "llama_mlp");
  EXPECT_EQ(snake_case("MLP"), "mlp");
}

TEST(SnakeCase, ANetIsOneWordWithWhatItIsANetOf) {
  EXPECT_EQ(snake_case("ResNetConvLayer"), "resnet_conv_layer");
  EXPECT_EQ(snake_case("UNet"), "unet");
  EXPECT_EQ(snake_case("NetBlock"), "net_block");
}

TEST(SnakeCase, LeavesSnakeCaseAlone) { EXPECT_EQ(snake_case("layer_norm"), "layer_norm"); }

TEST(Identifier, ReplacesWhatCppCannotSpell) {
  EXPECT_EQ(identifier("layer.0.attn"), "layer_0_attn");
  EXPECT_EQ(identifier("0"), "_0");
  EXPECT_EQ(identifier(""), "unnamed");
}

// Two underscores in a row are the compiler's own.
TEST(Identifier, ANumberBehindANameStandsBehindOneUnderscore) {
  EXPECT_EQ(numbered("add", 2), "add_2");
  EXPECT_EQ(numbered(identifier("xor"), 2), "xor_2");
}

TEST(Identifier, AvoidsKeywordsAndModuleMembers) {
  EXPECT_EQ(identifier("default"), "default_");
  EXPECT_EQ(identifier("forward"), "forward_");
  EXPECT_EQ(identifier("children"), "children_");
}

}  // namespace
}  // namespace strata
