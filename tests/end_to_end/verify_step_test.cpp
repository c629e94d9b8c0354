#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/end_to_end/program.h"
#include "tests/end_to_end/step_files.h"
#include "tests/scratch_folder.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

std::string block_of_archive() { return zoo("gpt2_small").string() + ":transformer.h.0"; }

fs::path block_step(const Emitted& emitted) {
  return emitted.folder() / "steps" /
         ("step_02_" + emitted.component("gpt2_block").stem().string());
}

fs::path port() {
  return fs::path(STRATA_SOURCE_DIR) / "tests/end_to_end/port/level_2_layer/block.h";
}

// The port with one place in one file changed.
fs::path changed_port(const ScratchFolder& scratch, const std::string& name,
                      const std::string& before, const std::string& after) {
  fs::copy(port().parent_path().parent_path(), scratch.path(), fs::copy_options::recursive);
  std::ifstream file(scratch.path() / name);
  std::string text(std::istreambuf_iterator<char>(file), {});
  text.replace(text.find(before), before.size(), after);
  scratch.write(name, text);
  return scratch.path() / "level_2_layer/block.h";
}

TEST(VerifyStep, AModuleOfAnArchiveAgainstItsComponent) {
  const Emitted emitted("gpt2_small");
  const json report =
      verify_step_report(block_of_archive(), emitted.component("gpt2_block"), 0, {"--gradients"});
  EXPECT_EQ(report.at("verdict"), "pass");
  EXPECT_EQ(report.at("evidence"), "proved");
  EXPECT_EQ(report.at("trials").size(), 3u);
  EXPECT_FALSE(report.at("weight_map").empty());
  EXPECT_TRUE(report.at("open_children").empty());
  EXPECT_TRUE(report.at("gradients").at("bit_equal"));
  // The same operations on the same weights need no backward pass of their own.
  EXPECT_TRUE(report.at("sensitivity").is_null());
  EXPECT_TRUE(report.at("probes").empty());
}

TEST(VerifyStep, AProvedStepIsProbedWhenThatIsWanted) {
  const Emitted emitted("gpt2_small");
  const json report = verify_step_report(block_of_archive(), emitted.component("gpt2_block"), 0,
                                         {"--always-probe"});
  EXPECT_EQ(report.at("evidence"), "proved");
  for (const json& probe : report.at("probes")) EXPECT_EQ(probe.at("outcome"), "agrees") << probe;
  EXPECT_EQ(report.at("probes").size(), 10u);
}

// LibTorch takes long to start; the components are compiled meanwhile.
TEST(VerifyStep, StartsWithoutLibTorch) {
  const std::string loaded = libraries_of("verify_step");
  EXPECT_THAT(loaded, HasSubstr("libc.so"));
  EXPECT_THAT(loaded, Not(HasSubstr("torch")));
}

// The mask is one kernel of several calls: the program's own decomposition says so, by its name.
TEST(VerifyStep, AWholeArchiveAgainstAnEditedCopyOfItsTree) {
  const Emitted emitted("gpt2_small");
  const std::string archive = zoo("gpt2_small").string();
  const fs::path model = emitted.component("gpt2_lm_head");
  const fs::path mask = emitted.component("causal_mask");
  EXPECT_EQ(verify_step_report(archive, model, 0).at("evidence"), "proved");

  emitted.edit(mask, "return ", "return at::relu(at::zeros({1})).sum() + ");
  const json more = verify_step_report(archive, model, 1);
  EXPECT_THAT(more.at("reasons").dump(), HasSubstr("[operator-ledger]"));

  const std::string own = "another_mask.h";
  fs::rename(mask, mask.parent_path() / own);
  emitted.edit(model, mask.filename(), own);
  const json unknown = verify_step_report(archive, model, 1);
  EXPECT_THAT(unknown.at("reasons").dump(), HasSubstr("[one-operation]"));
}

// Their weights have other names and places than in the program, and nobody gives a map.
TEST(VerifyStep, WholeArchivesKnowTheWeightsOfTheirOwnTrees) {
  for (const char* model : {"in_place", "albert_small"}) {
    const Emitted emitted(model);
    const fs::path root = fs::directory_iterator(emitted.folder() / "level_3_model")->path();
    EXPECT_EQ(verify_step_report(zoo(model).string(), root, 0).at("evidence"), "proved") << model;
  }
}

// Tied weights' gradients are summed, and integer inputs have none.
TEST(VerifyStep, GradientsOfWholeModels) {
  for (const char* model : {"tied_weights", "tuple_outputs"}) {
    const Emitted emitted(model);
    const fs::path root = fs::directory_iterator(emitted.folder() / "level_3_model")->path();
    const json report = verify_step_report(zoo(model).string(), root, 0, {"--gradients"});
    EXPECT_FALSE(report.at("gradients").at("tensors").empty()) << model;
    EXPECT_TRUE(report.at("gradients").at("bit_equal")) << model;
  }
}

TEST(VerifyStep, AFlatOriginalAgainstItsRefactoring) {
  const Emitted emitted("gpt2_small");
  const fs::path step = block_step(emitted);
  const json report = verify_step_report((step / "original.h").string(), step / "refactored.h", 0,
                                         {"--weight-map", (step / "weight_map.json").string()});
  EXPECT_EQ(report.at("evidence"), "proved");
}

// Its attention is one fused operator and its children are flat: sampled, and open.
TEST(VerifyStep, AHandWrittenPortAgainstAModuleOfAnArchive) {
  const json report = verify_step_report(block_of_archive(), port(), 0);
  EXPECT_EQ(report.at("evidence"), "sampled") << report.at("proof");
  EXPECT_THAT(report.at("proof").at("difference").get<std::string>(), HasSubstr("scaled_dot"));
  EXPECT_EQ(report.at("open_children").size(), 2u);
  EXPECT_EQ(report.at("weight_map").size(), 12u);
  EXPECT_TRUE(report.at("sensitivity").at("lost").empty());
  EXPECT_EQ(report.at("sensitivity").at("asked"), 14);
}

TEST(VerifyStep, AWrongComponentFails) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("layer_norm"), "1e-05", "1e-02");
  const json report = verify_step_report(block_of_archive(), emitted.component("gpt2_block"), 1);
  EXPECT_EQ(report.at("verdict"), "fail");
  EXPECT_THAT(reasons_of(report), HasSubstr("outside rtol 1e-05, atol 1e-06"));
  EXPECT_THAT(report.at("proof").at("difference").get<std::string>(), HasSubstr("eps"));
}

// A truncation, as two casts.
TEST(VerifyStep, ACastThatComputesInAParentFails) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("gpt2_block"), "mlp->forward(ln_2->forward(x))",
               "mlp->forward(ln_2->forward(x)).to(at::kInt).to(at::kFloat)");
  const json report = verify_step_report(block_of_archive(), emitted.component("gpt2_block"), 1);
  EXPECT_THAT(reasons_of(report),
              HasSubstr("ran arithmetic that the original does not have: casts 1x16x64:i32"));
}

TEST(VerifyStep, ACastThatOnlyRoundsInAParentIsPlumbing) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("gpt2_block"), "mlp->forward(ln_2->forward(x))",
               "mlp->forward(ln_2->forward(x)).to(at::kDouble).to(at::kFloat)");
  const json report = verify_step_report(block_of_archive(), emitted.component("gpt2_block"), 0);
  EXPECT_EQ(report.at("evidence"), "sampled");
}

// No input makes a norm's results large, but its weights do.
TEST(VerifyStep, AClampBehindANormFails) {
  const ScratchFolder scratch;
  const fs::path block =
      changed_port(scratch, "level_1_fusion/attention.h", "x.view(", "x.clamp(-50, 50).view(");
  const json report = verify_step_report(block_of_archive(), block, 1);
  EXPECT_THAT(reasons_of(report), HasSubstr("probe \"gains\""));
  EXPECT_THAT(reasons_of(report), Not(HasSubstr("probe \"large\"")));
}

// The scan can't tell that its result is cut away again.
TEST(VerifyStep, AChildForShowFails) {
  const ScratchFolder scratch;
  const fs::path block =
      changed_port(scratch, "level_2_layer/block.h", "return x + mlp->forward(ln_2->forward(x));",
                   "at::Tensor y = at::hstack({x, ln_1->forward(x)}).narrow(1, 0, x.size(1));\n"
                   "    return y + mlp->forward(ln_2->forward(x));");
  const json report = verify_step_report(block_of_archive(), block, 1);
  EXPECT_EQ(report.at("children").at("idle"), json({"call 3 of a child, norm"}));
  EXPECT_EQ(report.at("reasons").size(), 1u) << reasons_of(report);
}

TEST(VerifyStep, AWiderToleranceIsHonoured) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("layer_norm"), "1e-05", "1.1e-05");
  const json narrow = verify_step_report(block_of_archive(), emitted.component("gpt2_block"), 1,
                                         {"--rtol", "0", "--atol", "0"});
  EXPECT_THAT(reasons_of(narrow), HasSubstr("outside rtol 0, atol 0"));
  const json report = verify_step_report(block_of_archive(), emitted.component("gpt2_block"), 0,
                                         {"--rtol", "0.1", "--atol", "0.1"});
  EXPECT_EQ(report.at("trials").at(0).at("tensors").at(0).at("tolerance"), "as asked for");
}

TEST(VerifyStep, TheSameSeedsGiveTheSameFigures) {
  const json first = verify_step_report(block_of_archive(), port(), 0, {"--seed-list", "5,6,7"});
  const json second = verify_step_report(block_of_archive(), port(), 0, {"--seed-list", "5,6,7"});
  EXPECT_EQ(first.at("seeds"), json({5, 6, 7}));
  EXPECT_EQ(first.at("trials").size(), 4u);
  EXPECT_EQ(first.at("trials"), second.at("trials"));
}

TEST(VerifyStep, ACounterexampleReplaysTheSameFigures) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("layer_norm"), "1e-05", "1e-02");
  const fs::path folder = emitted.folder() / "failed";
  const json report = verify_step_report(block_of_archive(), emitted.component("gpt2_block"), 1,
                                         {"--counterexample", folder.string()});
  ASSERT_EQ(report.at("counterexample"), folder.string());
  const Ended replay = run_program_named("verify_step", {"--replay", folder.string(), "--json"});
  EXPECT_EQ(replay.exit_code, 1) << replay.err;
  const json replayed = json::parse(replay.out);
  ASSERT_EQ(replayed.at("trials").size(), 1u);
  EXPECT_EQ(replayed.at("trials").at(0), report.at("trials").at(0));

  emitted.edit(emitted.component("layer_norm"), "1e-02", "1e-05");
  EXPECT_EQ(run_program_named("verify_step", {"--replay", folder.string()}).exit_code, 0);
}

// Its cond is a kernel of several operators, which only the ledger can say; and its weights have
// names of their own, which only the folder's weight map can say.
TEST(VerifyStep, AStepOfAFolderIsJudgedByTheFoldersLedger) {
  const Emitted emitted("cond_on_data");
  const fs::path step = fs::directory_iterator(emitted.folder() / "steps")->path();
  const std::string original = emitted.folder().string() + ":" + step.filename().string();
  const json report = verify_step_report(original, step / "refactored.h", 0);
  EXPECT_EQ(report.at("evidence"), "proved");
  EXPECT_EQ(report.at("weight_map").size(), 6u);
  const json without = verify_step_report(step / "original.h", step / "refactored.h", 1);
  EXPECT_THAT(reasons_of(without), HasSubstr("[one-operation]"));
  emitted.edit(emitted.component("cond_scalar"), "at::linear(x, ", "at::linear(x.relu(), ");
  EXPECT_THAT(reasons_of(verify_step_report(original, step / "refactored.h", 1)),
              HasSubstr("[operator-ledger]"));
}

// What `strata verify` leaves of a failing step is a counterexample of verify_step.
TEST(VerifyStep, ReplaysAFailingStepOfAFolder) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("layer_norm"), "1e-05", "1e-02");
  const fs::path folder = block_step(emitted);
  const Ended failed =
      run_strata({"verify", emitted.folder().string(), "--step", folder.filename().string()});
  EXPECT_EQ(failed.exit_code, 1) << failed.err;
  const fs::path saved = folder / "counterexample";
  EXPECT_THAT(failed.out, HasSubstr("verify_step --replay '" + saved.string() + "'"));
  const json report = json::parse(std::ifstream(folder / "verification_result.json"));
  EXPECT_EQ(report.at("counterexample"), saved.string());
  const Ended replay = run_program_named("verify_step", {"--replay", saved.string(), "--json"});
  EXPECT_EQ(replay.exit_code, 1) << replay.err;
  const json replayed = json::parse(replay.out);
  ASSERT_EQ(replayed.at("trials").size(), 1u);
  EXPECT_EQ(replayed.at("trials").at(0), report.at("trials").at(0));

  emitted.edit(emitted.component("layer_norm"), "1e-02", "1e-05");
  EXPECT_EQ(run_program_named("verify_step", {"--replay", saved.string()}).exit_code, 0);
  const Ended corrected =
      run_strata({"verify", emitted.folder().string(), "--step", folder.filename().string()});
  EXPECT_EQ(corrected.exit_code, 0) << corrected.out;
  EXPECT_FALSE(fs::exists(saved));
}

TEST(VerifyStep, StepsOfAFolderHaveArbiterAndGradientsToo) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("layer_norm"), "weight, bias, 1e-05",
               "weight, bias, 1.0000001e-05");
  const fs::path folder = block_step(emitted);
  const auto verify = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"verify", emitted.folder().string(), "--step",
                                       folder.filename().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(run_strata(arguments).exit_code, 0);
    return json::parse(std::ifstream(folder / "verification_result.json"));
  };
  const json plain = verify({});
  EXPECT_TRUE(plain.at("arbiter").is_null());
  EXPECT_TRUE(plain.at("gradients").is_null());
  const json asked = verify({"--arbiter", "fp64", "--gradients"});
  EXPECT_EQ(asked.at("arbiter"), "fp64");
  EXPECT_FALSE(asked.at("gradients").at("tensors").empty());
}

TEST(VerifyStep, APassLeavesNoCounterexample) {
  const Emitted emitted("gpt2_small");
  const fs::path folder = emitted.folder() / "failed";
  verify_step_report(block_of_archive(), emitted.component("gpt2_block"), 0,
                     {"--counterexample", folder.string()});
  EXPECT_FALSE(fs::exists(folder));
}

// What verify_step says when it can't judge; exit code 2 and no report.
std::string refusal(std::vector<std::string> arguments) {
  const StepFiles scratch;
  if (std::ranges::find(arguments, "--output") == arguments.end())
    arguments.insert(arguments.end(), {"--output", (scratch.folder() / "r.json").string()});
  const Ended ended = run_program_named("verify_step", arguments);
  EXPECT_EQ(ended.exit_code, 2) << ended.out << ended.err;
  EXPECT_FALSE(fs::exists(scratch.folder() / "r.json"));
  return ended.err;
}

TEST(VerifyStep, SaysWhatIsWrongWithItsInput) {
  const StepFiles files;
  const std::string block = port().string();
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(files.folder() / name) << text;
    return (files.folder() / name).string();
  };
  EXPECT_THAT(refusal({"--original", "/no/such.h", "--refactored", block}),
              HasSubstr("the file must exist"));
  EXPECT_THAT(refusal({"--original", "/no/such.pt2", "--refactored", block}),
              HasSubstr("such.pt2"));
  EXPECT_THAT(refusal({"--original", "/tmp", "--refactored", block}), HasSubstr("a folder"));
  EXPECT_THAT(refusal({"--original", block_of_archive(), "--refactored", write("a.txt", "x")}),
              HasSubstr("a component is a C++ file"));
  EXPECT_THAT(refusal({"--original", block_of_archive(), "--refactored", "/no/such.h"}),
              HasSubstr("the file must exist"));
  EXPECT_THAT(refusal({"--original", zoo("gpt2_small").string() + ":transformer.h.77",
                       "--refactored", block}),
              HasSubstr("nearest: transformer.h."));
  EXPECT_THAT(refusal({"--original", block_of_archive(), "--refactored", block, "--weight-map",
                       write("twice.json", R"({"a": "x", "a": "y"})")}),
              HasSubstr("got it twice"));
  EXPECT_THAT(refusal({"--original", block_of_archive(), "--refactored", block, "--weight-map",
                       write("text.json", "weights")}),
              HasSubstr("must be JSON"));
  EXPECT_THAT(refusal({"--original", block_of_archive(), "--refactored", block, "--weight-map",
                       "/no/such.json"}),
              HasSubstr("must be a readable weight map"));
  EXPECT_THAT(refusal({"--original", block_of_archive(), "--refactored", block, "--output",
                       "/proc/no/result.json"}),
              HasSubstr("[report.write]"));
  EXPECT_THAT(
      refusal({"--original", block_of_archive(), "--refactored", block, "--device", "cuda"}),
      HasSubstr("this LibTorch lacks"));
  EXPECT_THAT(
      refusal({"--original", block_of_archive(), "--refactored", block, "--device", "abacus"}),
      HasSubstr("no such device"));
  EXPECT_THAT(
      refusal({"--original", block_of_archive(), "--refactored", block, "--seed-list", "1"}),
      HasSubstr("at least 2 seeds"));
  EXPECT_THAT(
      refusal({"--original", block_of_archive(), "--refactored", block, "--seed-list", "5,5"}),
      HasSubstr("must differ from each other"));
  EXPECT_THAT(refusal({"--original", block_of_archive(), "--refactored", block, "--rtol", "nan"}),
              HasSubstr("--rtol: must be a number from 0 on; got 'nan'"));
  const std::string map = write("map.json", "{}");
  EXPECT_THAT(refusal({"--original", block_of_archive(), "--refactored", block, "--weight-map", map,
                       "--output", map}),
              HasSubstr("must be a file of its own"));
  EXPECT_THAT(refusal({"--refactored", block}), HasSubstr("--original: must be given"));
  EXPECT_THAT(refusal({"--replay", files.folder().string()}), HasSubstr("[report.read]"));
  EXPECT_THAT(refusal({"--original", block_of_archive(), "--refactored", block, "--rtol", "-1"}),
              HasSubstr("--rtol"));
}

// It was taken for none, and a map was made.
TEST(VerifyStep, AnEmptyWeightMapMapsNothing) {
  const StepFiles files;
  const fs::path map = files.folder() / "map.json";
  std::ofstream(map) << "{}";
  const json report =
      verify_step_report(block_of_archive(), port(), 2, {"--weight-map", map.string()});
  EXPECT_THAT(reasons_of(report), HasSubstr("[weight_map.unmapped_place]"));
}

TEST(VerifyStep, AWeightMapThatNamesUnknownWeightsIsAnErrorWithTheNearest) {
  const StepFiles files;
  const fs::path map = files.folder() / "map.json";
  std::ofstream(map) << R"({"transformer.h.0.ln_1.wait": "ln_1.weight"})";
  const json report =
      verify_step_report(block_of_archive(), port(), 2, {"--weight-map", map.string()});
  EXPECT_THAT(reasons_of(report), HasSubstr("nearest: transformer.h.0.ln_1.weight"));
}

}  // namespace
}  // namespace strata
