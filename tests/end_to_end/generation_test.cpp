#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/end_to_end/program.h"

namespace strata {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json generation_of(const Emitted& emitted) {
  std::ifstream in(emitted.folder() / "verification" / "generation.json");
  return json::parse(in);
}

class Generation : public testing::TestWithParam<const char*> {};

TEST_P(Generation, IsTheSameTokenByToken) {
  const Emitted emitted(GetParam());
  const Ended ended = emitted.verify({"--generate", "4"});
  ASSERT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_EQ(json::parse(ended.out).at("generation").at("verdict"), "pass");
  const json report = generation_of(emitted);
  EXPECT_EQ(report.at("schema"), "generation/1");
  EXPECT_EQ(report.at("prompt"), 12);
  EXPECT_TRUE(report.at("bit_equal"));
  EXPECT_TRUE(report.at("causal").at("bit_equal"));
  ASSERT_EQ(report.at("steps").size(), 4u);
  for (const json& step : report.at("steps")) {
    EXPECT_EQ(step.at("original").size(), 1u);
    EXPECT_EQ(step.at("original"), step.at("composed"));
  }
  bool has_mask = false;
  for (const json& shared : report.at("shared_values")) {
    EXPECT_EQ(shared.at("readings"), 12);  // three layers, four times
    EXPECT_EQ(shared.at("equal_readings"), 12);
    has_mask = has_mask || shared.at("operation").get<std::string>().ends_with("mask");
  }
  EXPECT_TRUE(has_mask) << report;
}

INSTANTIATE_TEST_SUITE_P(Models, Generation,
                         testing::Values("gpt2_small", "llama_small_fp32", "llama_small_bf16"),
                         [](const auto& model) { return std::string(model.param); });

TEST(GenerationOf, AWrongTreeFails) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("layer_norm"), "1e-05", "1e-01");
  const Ended ended = emitted.verify({"--generate", "2"});
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_THAT(reasons(ended), HasSubstr("generation: generated token 0: logits: "));
  EXPECT_EQ(generation_of(emitted).at("verdict"), "fail");
}

TEST(GenerationOf, WhatIsNoCausalLanguageModelIsRefused) {
  const Ended two_inputs = Emitted("bert_small").verify({"--generate", "2"});
  EXPECT_EQ(two_inputs.exit_code, 2);
  EXPECT_THAT(two_inputs.err, HasSubstr("[generation.model]"));
  const Ended looks_ahead = Emitted("albert_small").verify({"--generate", "2"});
  EXPECT_EQ(looks_ahead.exit_code, 2);
  EXPECT_THAT(looks_ahead.err + reasons(looks_ahead), HasSubstr("[generation.causal]"));
  const Ended too_long = Emitted("gpt2_small").verify({"--generate", "16"});
  EXPECT_EQ(too_long.exit_code, 2);
  EXPECT_THAT(too_long.err, HasSubstr("[generation.length]"));
}

}  // namespace
}  // namespace strata
