#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/end_to_end/program.h"

namespace strata {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// Runs verify_step on the block of an emitted GPT-2 and returns its report.
json judge(const Emitted& emitted, const std::string& original,
           const std::filesystem::path& refactored, int expected_exit,
           const std::vector<std::string>& more = {}) {
  const std::filesystem::path output = emitted.folder().parent_path() / "result.json";
  std::vector<std::string> arguments{"--original",        original,   "--refactored",
                                     refactored.string(), "--output", output.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Ended ended = run_program_named("verify_step", arguments);
  EXPECT_EQ(ended.exit_code, expected_exit) << ended.out << ended.err;
  std::ifstream in(output);
  return json::parse(in, nullptr, false);
}

std::string block_of_archive() { return zoo("gpt2_small").string() + ":transformer.h.0"; }

std::filesystem::path block_step(const Emitted& emitted) {
  return emitted.folder() / "steps" /
         ("step_02_" + emitted.component("gpt2_block").stem().string());
}

TEST(VerifyStep, AModuleOfAnArchiveAgainstItsComponent) {
  const Emitted emitted("gpt2_small");
  const json report = judge(emitted, block_of_archive(), emitted.component("gpt2_block"), 0);
  EXPECT_EQ(report.at("schema"), "verification_result/1");
  EXPECT_EQ(report.at("verdict"), "pass");
  EXPECT_EQ(report.at("evidence"), "proved");
  EXPECT_EQ(report.at("trials").size(), 3u);
  EXPECT_FALSE(report.at("weight_map").empty());
}

TEST(VerifyStep, AFlatOriginalAgainstItsRefactoring) {
  const Emitted emitted("gpt2_small");
  const std::filesystem::path step = block_step(emitted);
  const json report = judge(emitted, (step / "original.h").string(), step / "refactored.h", 0,
                            {"--weight-map", (step / "weight_map.json").string()});
  EXPECT_EQ(report.at("evidence"), "proved");
}

TEST(VerifyStep, AWrongComponentFails) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("layer_norm"), "1e-05", "1e-02");
  const json report = judge(emitted, block_of_archive(), emitted.component("gpt2_block"), 1);
  EXPECT_EQ(report.at("verdict"), "fail");
  EXPECT_THAT(report.at("proof").at("difference").get<std::string>(), HasSubstr("eps"));
}

TEST(VerifyStep, AWiderToleranceIsHonoured) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("layer_norm"), "1e-05", "1.1e-05");
  judge(emitted, block_of_archive(), emitted.component("gpt2_block"), 1,
        {"--rtol", "0", "--atol", "0"});
  judge(emitted, block_of_archive(), emitted.component("gpt2_block"), 0,
        {"--rtol", "0.1", "--atol", "0.1"});
}

TEST(VerifyStep, AModuleThatIsNotThereIsAnError) {
  const Emitted emitted("gpt2_small");
  judge(emitted, zoo("gpt2_small").string() + ":transformer.h.77", emitted.component("gpt2_block"),
        2);
}

}  // namespace
}  // namespace strata
