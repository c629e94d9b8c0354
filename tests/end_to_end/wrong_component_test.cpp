#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/program.h"

// Wrong components, each failing for its own reason. All are edits of one emitted GPT-2.

namespace strata {
namespace {

using testing::HasSubstr;
using testing::Not;

// Files of the components that are wrong by themselves.
std::vector<std::string> culprits(const Ended& ended) {
  std::vector<std::string> files;
  const nlohmann::json result = nlohmann::json::parse(ended.out, nullptr, false);
  if (!result.is_object()) return files;
  for (const nlohmann::json& culprit : result.at("culprits")) files.push_back(culprit.at("file"));
  return files;
}

nlohmann::json culprit_list(const Ended& ended) {
  const nlohmann::json result = nlohmann::json::parse(ended.out, nullptr, false);
  return result.is_object() ? result.at("culprits") : nlohmann::json(ended.err);
}

TEST(WrongComponent, AnotherEpsilonFailsTheNumbers) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("layer_norm"), "1e-05", "1e-03");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(reasons(ended), HasSubstr("outside rtol"));
  EXPECT_THAT(reasons(ended), HasSubstr("composition"));
  EXPECT_THAT(culprits(ended),
              testing::ElementsAre(testing::StartsWith("level_0_kernel/layer_norm")));
}

// Its trials agree: 1e-9 is nothing beside the variance that random numbers have.
TEST(WrongComponent, AnEpsilonThatOnlyTinyNumbersShowFailsTheProbes) {
  const Emitted emitted("bert_small");
  emitted.edit(emitted.component("layer_norm"), "1e-12", "1e-09");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(reasons(ended), HasSubstr("probe \"tiny\""));
  EXPECT_THAT(culprits(ended),
              testing::ElementsAre(testing::StartsWith("level_0_kernel/layer_norm")));
}

// The kernel is wrong at all seven places, and none of the layers that only pass it on is accused.
TEST(WrongComponent, IsNamedAtEachOfItsInstances) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("layer_norm"), "1e-05", "1e-03");
  const nlohmann::json named = culprit_list(emitted.verify());
  ASSERT_EQ(named.size(), 1u) << named;
  EXPECT_EQ(named[0].at("fault"), "kernel");
  EXPECT_EQ(named[0].at("instance"), "h_0.ln_1");
  EXPECT_EQ(named[0].at("original_path"), "transformer.h.0.ln_1");
  EXPECT_EQ(named[0].at("instances").size(), 7u);
  EXPECT_GT(named[0].at("max_abs_error"), 0.0);
}

// The next linear layer flattens what it gets, so the fusion's result has every bit.
TEST(WrongComponent, AShapeThatTheNextCallMakesUpForFailsTheKernelAlone) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("linear_1x16x64_64x256"), ".view({1, 16, 256})",
               ".view({16, 1, 256})");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(culprits(ended),
              testing::ElementsAre(testing::StartsWith("level_0_kernel/linear_1x16x64_64x256")));
}

TEST(WrongComponent, AParentsOwnWiringIsNamed) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("gpt2_mlp"), "act->forward(", "(");
  const nlohmann::json named = culprit_list(emitted.verify());
  ASSERT_EQ(named.size(), 1u) << named;
  EXPECT_THAT(named[0].at("file"), testing::StartsWith("level_1_fusion/gpt2_mlp"));
}

TEST(WrongComponent, AnotherAxisFailsTheNumbers) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("softmax"), "-1", "-2");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(reasons(ended), HasSubstr("outside rtol"));
  EXPECT_THAT(culprits(ended), testing::ElementsAre(testing::StartsWith("level_0_kernel/softmax")));
}

TEST(WrongComponent, ADroppedResidualFails) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("gpt2_block"), "x = x + mlp", "x = mlp");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(reasons(ended), HasSubstr("outside rtol"));
  EXPECT_THAT(culprits(ended),
              testing::ElementsAre(testing::StartsWith("level_2_layer/gpt2_block")));
}

// Both norms start as ones and zeros: only weights drawn anew tell them apart.
TEST(WrongComponent, TheOtherNormFailsOnWeightsDrawnAnew) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("gpt2_block"), "ln_2->forward", "ln_1->forward");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(reasons(ended), testing::AnyOf(HasSubstr("all drawn anew"), HasSubstr("anti-cheat")));
  EXPECT_THAT(reasons(ended), Not(HasSubstr("own weights, captured inputs")));
}

TEST(WrongComponent, OneThatThrowsFailsWithItsMessage) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("gpt2_block"), "x = x + mlp",
               "x = x.view({3, 5});\n    x = x + mlp");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(reasons(ended), HasSubstr("the refactored component threw"));
  EXPECT_THAT(culprits(ended),
              testing::ElementsAre(testing::StartsWith("level_2_layer/gpt2_block")));
}

TEST(WrongComponent, HiddenComputeIsFoundAndNothingRuns) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("gpt2_block"), "x = x + mlp", "x = at::relu(x);\n    x = x + mlp");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(reasons(ended), HasSubstr("anti-cheat"));
  EXPECT_THAT(ended.out, HasSubstr("not run: the scan found something"));
}

TEST(WrongComponent, SwappedWeightMapEntriesFail) {
  const Emitted emitted("gpt2_small");
  const std::filesystem::path map = emitted.folder() / "steps" /
                                    ("step_02_" + emitted.component("gpt2_block").stem().string()) /
                                    "weight_map.json";
  emitted.edit(map, "\"transformer.h.0.ln_1.weight\"", "\"swapped\"");
  emitted.edit(map, "\"transformer.h.0.ln_2.weight\"", "\"transformer.h.0.ln_1.weight\"");
  emitted.edit(map, "\"swapped\"", "\"transformer.h.0.ln_2.weight\"");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(reasons(ended), HasSubstr("weight map"));
  EXPECT_THAT(reasons(ended), HasSubstr("all drawn anew"));
}

TEST(WrongComponent, CallsOfOneModuleWithOtherWeightsAreRefused) {
  const Emitted emitted("tied_weights");
  const std::filesystem::path map =
      emitted.folder() / "steps" /
      ("step_02_" + emitted.component("feed_forward").stem().string()) / "weight_map.json";
  const std::string before = R"("call":1,"weights":[{"original":"body.)";
  emitted.edit(map, before + "wide.weight", before + "narrow.weight");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("[weight_map.contradiction]"));
  EXPECT_THAT(ended.err, HasSubstr("body.wide.weight in /instances/0"));
  EXPECT_THAT(ended.err, HasSubstr("body.narrow.weight in /instances/1"));
}

// Only the second layer's map is wrong, and the step itself is judged on the first one's.
TEST(WrongComponent, AWrongWeightOfOneInstanceNamesThatInstance) {
  const Emitted emitted("gpt2_small");
  const std::filesystem::path map = emitted.folder() / "steps" /
                                    ("step_02_" + emitted.component("gpt2_block").stem().string()) /
                                    "weight_map.json";
  emitted.edit(map, "\"transformer.h.1.ln_1.weight\"", "\"transformer.h.0.ln_1.weight\"");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 1);
  const nlohmann::json named = culprit_list(ended);
  ASSERT_EQ(named.size(), 1u) << named;
  EXPECT_EQ(named[0].at("fault"), "weights");
  EXPECT_EQ(named[0].at("instance"), "h_1.ln_1");
}

TEST(WrongComponent, BranchesTheWrongWayRoundFail) {
  const Emitted emitted("cond_on_data");
  const auto kernel = emitted.component("cond_scalar");
  emitted.edit(kernel, "at::linear(x, weight, bias)", "at::linear(x, weight_3, bias_3)");
  emitted.edit(kernel, "weight_2, bias_2)", "weight, bias)");
  emitted.edit(kernel, "weight_3, bias_3)", "weight_2, bias_2)");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(reasons(ended), HasSubstr("outside rtol"));
  EXPECT_THAT(culprits(ended), testing::ElementsAre(testing::StartsWith("level_0_kernel/cond")));
}

// No input of the trials leads there, so their numbers say nothing about it.
TEST(WrongComponent, ABranchThatNoTrialTakesFailsUnlessItIsProved) {
  const Emitted emitted("cond_nested");
  emitted.edit(emitted.component("cond_scalar"), "at::sigmoid(linear)", "at::sigmoid(x)");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(reasons(ended), HasSubstr("no trial takes them"));
}

}  // namespace
}  // namespace strata
