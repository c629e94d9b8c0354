#include <gtest/gtest.h>

#include "tests/end_to_end/program.h"

namespace strata {
namespace {

using nlohmann::json;

class NoFalseAlarm : public testing::TestWithParam<const char*> {};

TEST_P(NoFalseAlarm, OnAnyStepAtAHundredSeeds) {
  const Emitted emitted(GetParam());
  const Ended ended = emitted.verify({"--seeds", "100"});
  ASSERT_EQ(ended.exit_code, 0) << reasons(ended);
  const json result = json::parse(ended.out);
  for (const json& step : result.at("steps")) {
    EXPECT_EQ(step.at("verdict"), "pass") << step;
    EXPECT_TRUE(step.at("bit_equal")) << step;
  }
  for (const json& kernel : result.at("kernels")) EXPECT_EQ(kernel.at("verdict"), "pass") << kernel;
}

INSTANTIATE_TEST_SUITE_P(Models, NoFalseAlarm,
                         testing::Values("gpt2_small", "bert_small", "llama_small_fp32",
                                         "llama_small_bf16", "resnet_small",
                                         "resnet_bottleneck_small", "t5_small", "albert_small",
                                         "unet", "tied_weights", "tuple_outputs", "in_place",
                                         "has_downsample"),
                         [](const auto& model) { return std::string(model.param); });

}  // namespace
}  // namespace strata
