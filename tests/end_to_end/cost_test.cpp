#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "tests/end_to_end/program.h"

// `strata flops`, `kernels` and `diff`, and the registry that decompositions share.

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

json document(const std::vector<std::string>& arguments, int exit_code = 0) {
  const Ended ended = run_strata(arguments);
  EXPECT_EQ(ended.exit_code, exit_code) << ended.err;
  return json::parse(ended.out, nullptr, false);
}

void expect_error(const std::vector<std::string>& arguments, const std::string& id) {
  const Ended ended = run_strata(arguments);
  EXPECT_EQ(ended.exit_code, 2) << ended.out;
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("[" + id));
}

TEST(Flops, OfAFolderAndItsArchiveAreTheSame) {
  const Emitted emitted("llama_small_bf16");
  json folder = document({"flops", emitted.folder().string(), "--json"});
  json archive = document({"flops", zoo("llama_small_bf16").string(), "--json"});
  EXPECT_EQ(folder.at("schema"), "cost/1");
  EXPECT_EQ(folder.at("total"), archive.at("total"));
  EXPECT_EQ(folder.at("components"), archive.at("components"));
}

TEST(Flops, AddUpAtEveryLevel) {
  const json cost = document({"flops", zoo("t5_small").string(), "--json"});
  for (const char* key : {"flops", "matrix_flops", "vector_flops", "bytes_read", "bytes_written"}) {
    std::int64_t levels = 0;
    for (const json& level : cost.at("levels")) levels += level.at(key).get<std::int64_t>();
    EXPECT_EQ(levels, cost.at("total").at(key)) << key;
    std::int64_t components = 0;
    for (const json& one : cost.at("components"))
      components += one.at("own").at(key).get<std::int64_t>() * one.at("count").get<std::int64_t>();
    EXPECT_EQ(components, cost.at("total").at(key)) << key;
  }
  EXPECT_EQ(cost.at("uncounted").size(), 0u);
}

TEST(Flops, GiveTimesAndBoundsWhenPeaksAreGiven) {
  const json cost = document({"flops", zoo("tied_weights").string(), "--json", "--peak-flops",
                              "1e12", "--bandwidth", "1e10"});
  double seconds = 0;
  for (const json& one : cost.at("components"))
    seconds += one.at("own").at("seconds").get<double>() * one.at("count").get<double>();
  EXPECT_NEAR(cost.at("total").at("seconds"), seconds, 1e-9 * seconds);
  EXPECT_GT(seconds, 0);
}

TEST(Flops, MeasureThisMachine) {
  const json cost = document({"flops", zoo("tied_weights").string(), "--json", "--measure-peak"});
  EXPECT_GT(cost.at("peak").at("flops_per_second"), 1e8);
  EXPECT_GT(cost.at("peak").at("bytes_per_second"), 1e8);
}

TEST(Flops, AsATableHaveALinePerComponent) {
  const Ended ended = run_strata({"flops", zoo("tied_weights").string(), "--csv"});
  const json cost = document({"flops", zoo("tied_weights").string(), "--json"});
  const auto lines = std::count(ended.out.begin(), ended.out.end(), '\n');
  EXPECT_EQ(static_cast<std::size_t>(lines), 1 + cost.at("components").size());
}

TEST(Kernels, OfTwoModelsNameFilesThatExistAndWhoSharesThem) {
  const Emitted fp32("llama_small_fp32");
  const Emitted bf16("llama_small_bf16");
  const json all = document(
      {"kernels", fp32.folder().string(), bf16.folder().string(), "--json", "--sort", "count"});
  std::set<std::string> hashes;
  for (const json& kernel : all.at("kernels")) {
    EXPECT_TRUE(fs::exists(kernel.at("file").get<std::string>())) << kernel.at("file");
    EXPECT_TRUE(hashes.insert(kernel.at("hash")).second);
  }
  const json common =
      document({"kernels", fp32.folder().string(), bf16.folder().string(), "--json", "--common"});
  EXPECT_GT(all.at("kernels").size(), common.at("kernels").size());
  for (const json& kernel : common.at("kernels")) EXPECT_EQ(kernel.at("uses").size(), 2u);
}

TEST(Diff, ExitsWithZeroForTheSameAndOneForOthers) {
  const Emitted emitted("llama_small_bf16");
  const json same =
      document({"diff", emitted.folder().string(), zoo("llama_small_bf16").string(), "--json"});
  EXPECT_EQ(same.at("same"), true);
  const json other =
      document({"diff", emitted.folder().string(), zoo("llama_small_fp32").string(), "--json"}, 1);
  EXPECT_EQ(other.at("same"), false);
  EXPECT_GT(other.at("components").size(), 0u);
  EXPECT_GT(other.at("weights").size(), 0u) << "their dtype";
}

TEST(Registry, IsSharedByDecompositions) {
  const Emitted emitted("llama_small_fp32");
  const fs::path folder = emitted.folder().parent_path();
  const std::string file = (folder / "module_db.json").string();
  for (const char* model : {"llama_small_fp32", "gpt2_small"}) {
    document({"decompose", zoo(model).string(), "--out", (folder / "of" / model).string(),
              "--registry", file, "--json"});
  }
  std::ifstream in(file);
  const json registry = json::parse(in);
  std::set<std::string> models;
  for (const json& module : registry.at("modules")) {
    for (const json& use : module.at("uses")) {
      models.insert(use.at("model"));
      EXPECT_TRUE(fs::exists(fs::path(use.at("folder").get<std::string>()) /
                             module.at("file").get<std::string>()));
    }
  }
  EXPECT_EQ(models, (std::set<std::string>{"gpt2_small", "llama_small_fp32"}));
}

TEST(CostErrors, MissingAndForeignInput) {
  expect_error({"flops", "/no/such.pt2"}, "load.");
  expect_error({"flops", fs::temp_directory_path().string()}, "tree.missing");
  expect_error({"kernels", fs::temp_directory_path().string()}, "registry.missing");
  expect_error({"diff", zoo("tied_weights").string(), "/no/such/folder"}, "load.");
}

TEST(CostErrors, AFigureWithoutTheOther) {
  expect_error({"flops", zoo("tied_weights").string(), "--peak-flops", "1e12"}, "peak.incomplete");
  const Emitted emitted("tied_weights");
  expect_error({"kernels", emitted.folder().string(), "--sort", "time"}, "kernels.peak");
  EXPECT_EQ(run_strata({"flops", zoo("tied_weights").string(), "--peak-flops", "-1"}).exit_code, 2);
}

TEST(CostErrors, ARegistryThatLostAName) {
  const Emitted emitted("tied_weights");
  const fs::path registry = emitted.folder() / "module_db.json";
  std::ifstream in(registry);
  json modules = json::parse(in);
  modules.at("modules").erase(1);
  std::ofstream(registry) << modules;
  expect_error({"flops", emitted.folder().string()}, "registry.missing");
  expect_error({"diff", emitted.folder().string(), zoo("tied_weights").string()},
               "registry.missing");
  expect_error({"verify", emitted.folder().string()}, "registry.missing");
}

TEST(CostErrors, ARegistryThatRenames) {
  const Emitted emitted("tied_weights");
  emitted.edit(emitted.folder() / "module_db.json", "level_0_kernel/", "elsewhere/");
  expect_error({"flops", emitted.folder().string()}, "registry.conflict");
}

TEST(CostErrors, ASharedRegistryThatIsNone) {
  const Emitted emitted("tied_weights");
  const fs::path registry = emitted.folder().parent_path() / "module_db.json";
  std::ofstream(registry) << "{\"schema\": \"module_db/9\", \"modules\": []}";
  const fs::path out = emitted.folder().parent_path() / "again";
  expect_error({"decompose", zoo("tied_weights").string(), "--out", out.string(), "--registry",
                registry.string()},
               "tree.json");
  EXPECT_FALSE(fs::exists(out));
}

}  // namespace
}  // namespace strata
