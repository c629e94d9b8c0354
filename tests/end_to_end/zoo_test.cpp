#include <gtest/gtest.h>

#include <fstream>

#include "tests/end_to_end/program.h"

namespace strata {
namespace {

using nlohmann::json;

// The rules of a good tree, which scripts/zoo_table.py holds the whole zoo to.
void expect_good_tree(const json& quality) {
  EXPECT_EQ(quality.at("violations"), 0);
  EXPECT_EQ(quality.at("loose_compute"), 0);
  EXPECT_TRUE(quality.at("unrolled").empty()) << quality;
  EXPECT_LE(quality.at("root").at("distinct_children"), 25);
  EXPECT_LE(quality.at("widest").at("distinct_children"), 20);
}

class Zoo : public testing::TestWithParam<const char*> {};

TEST_P(Zoo, EveryStepAndTheWholePass) {
  const Emitted emitted(GetParam());
  expect_good_tree(emitted.summary().at("quality"));
  const Ended ended = emitted.verify();
  ASSERT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  const json result = json::parse(ended.out);
  EXPECT_EQ(result.at("verdict"), "pass");
  ASSERT_FALSE(result.at("steps").empty());
  for (const json& step : result.at("steps")) {
    EXPECT_EQ(step.at("verdict"), "pass") << step;
    EXPECT_TRUE(step.at("proved")) << step;
    EXPECT_TRUE(step.at("bit_equal")) << step;
  }
  for (const auto& step : std::filesystem::directory_iterator(emitted.folder() / "steps")) {
    std::ifstream report(step.path() / "verification_result.json");
    const json witness = json::parse(report).at("witness");
    EXPECT_TRUE(witness.at("agrees")) << step.path() << witness;
    EXPECT_FALSE(witness.at("ran").empty() != witness.at("scanned").empty()) << witness;
  }
  EXPECT_TRUE(result.at("composition").at("proved"));
  EXPECT_TRUE(result.at("composition").at("bit_equal"));
  EXPECT_EQ(result.at("coverage").at("nodes"), result.at("coverage").at("owned_once"));
  EXPECT_EQ(result.at("shape_flow").at("ports"), result.at("shape_flow").at("seen_running"));
}

INSTANTIATE_TEST_SUITE_P(Models, Zoo,
                         testing::Values("gpt2_small", "bert_small", "llama_small_fp32",
                                         "llama_small_bf16", "resnet_small",
                                         "resnet_bottleneck_small", "t5_small", "albert_small",
                                         "unet", "tied_weights", "tuple_outputs", "in_place",
                                         "has_downsample", "mixtral", "mamba", "swin", "clip",
                                         "bart", "whisper", "training_batch_norm", "cond_on_shape",
                                         "cond_on_data", "cond_nested", "bare_outputs"),
                         [](const auto& model) { return std::string(model.param); });

TEST(Reports, StandWhereTheGuideWantsThem) {
  const Emitted emitted("tied_weights");
  ASSERT_EQ(emitted.verify().exit_code, 0);
  for (const char* name : {"composition_test.json", "step_verification_summary.json",
                           "coverage_summary.json", "shape_flow.json"}) {
    EXPECT_TRUE(std::filesystem::exists(emitted.folder() / "verification" / name)) << name;
  }
  int steps = 0;
  for (const auto& step : std::filesystem::directory_iterator(emitted.folder() / "steps")) {
    ++steps;
    EXPECT_TRUE(std::filesystem::exists(step.path() / "verification_result.json"));
    EXPECT_TRUE(std::filesystem::exists(step.path() / "coverage_report.json"));
  }
  EXPECT_EQ(steps, 2);
}

TEST(Verify, OneStepAlone) {
  const Emitted emitted("tied_weights");
  const std::string step = emitted.component("feed_forward").stem();
  const Ended ended = emitted.verify({"--step", step});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(json::parse(ended.out).at("steps").size(), 1u);
}

}  // namespace
}  // namespace strata
