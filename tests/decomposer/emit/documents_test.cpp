#include "decomposer/emit/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "decomposer/cover/cover.h"
#include "decomposer/emit/emit.h"
#include "decomposer/emit/show.h"
#include "decomposer/normalise/normalise.h"
#include "decomposer/partition/partition.h"
#include "kernels_l0/catalogue.h"
#include "tests/decomposer/emit/gpt2_tree.h"
#include "tests/decomposer/graph_text.h"

namespace strata {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

// Token and type embeddings share their table; the head is tied to it too.
constexpr const char* kTied = R"(
  input %ids : i64[2,4]
  input %types : i64[2,4]
  parameter %table "table.weight" : fp32[50,8]
  parameter %norm "norm.weight" : fp32[8]
  class words = package.Words
  %a = aten::embedding(%table, %ids) : fp32[2,4,8]
  %b = aten::embedding(%table, %types) : fp32[2,4,8]
  %c = aten::add.Tensor(%a, %b) : fp32[2,4,8]
  %d = aten::layer_norm(%c, [8], %norm, None, 1e-05) : fp32[2,4,8]
  %e = aten::linear(%d, %table, None) : fp32[2,4,50]
  return %e
)";

struct Decomposed {
  Graph loaded;
  Graph normalised;
  Tree tree;
};

Decomposed decomposed(const char* text) {
  Decomposed all;
  all.loaded = graph_from_text(text);
  all.normalised = normalise(all.loaded);
  all.tree = partition(all.normalised, cover(all.normalised, catalogue()));
  return all;
}

TEST(WeightMap, ATiedWeightIsOneMemberOfTheOriginalWithAllItsPlaces) {
  const Decomposed all = decomposed(kTied);
  const ComponentId root = steps_of(all.tree).front();
  const FlatComponent flat = flat_component(all.tree, root);
  EXPECT_EQ(flat.component.parameters.size(), 2u);
  const json map = json::parse(weight_map_text(all.normalised, all.tree, root, flat));
  ASSERT_EQ(map.at("original").size(), 2u);
  EXPECT_EQ(map.at("original")[0].at("places").size(), 3u) << map.dump(1);
  ASSERT_EQ(map.at("instances").size(), 1u);
  std::size_t from_table = 0;
  for (const json& line : map.at("instances")[0].at("weights"))
    from_table += line.at("original") == "table.weight";
  EXPECT_EQ(from_table, 3u);
}

TEST(InputRules, IndicesStayBelowTheRowsOfTheirTable) {
  const Decomposed all = decomposed(kTied);
  const auto rules = input_rules(all.normalised, all.tree, {});
  const InputRule expected{InputRule::Kind::kIntegers, 0, 50};
  EXPECT_EQ(rules.back(), (std::vector<InputRule>{expected, expected}))
      << "seen through the embedding kernel";
}

TEST(InputRules, OtherIntegersTakeTheRangeOfTheSample) {
  const Decomposed all = decomposed(R"(
    input %x : fp32[2,4]
    input %steps : i64[2,4]
    %a = aten::cos(%steps) : fp32[2,4]
    %b = aten::matmul(%x, %a) : fp32[2,2]
    return %b
  )");
  const auto with = input_rules(all.normalised, all.tree, {std::nullopt, IntegerRange{-3, 9}});
  EXPECT_EQ(with.back()[0], (InputRule{InputRule::Kind::kNormal}));
  EXPECT_EQ(with.back()[1], (InputRule{InputRule::Kind::kIntegers, -3, 10}));
  const auto without = input_rules(all.normalised, all.tree, {});
  EXPECT_EQ(without.back()[1], (InputRule{InputRule::Kind::kIntegers, 0, 2}));
}

TEST(Documents, NameEveryComponentAndEveryDroppedNode) {
  const Decomposed all = decomposed(R"(
    input %x : fp32[2,4]
    parameter %w "w" : fp32[4,4]
    %a = aten::dropout(%x, 0.1, False) : fp32[2,4]
    %b = aten::linear(%a, %w, None) : fp32[2,4]
    return %b
  )");
  const FileTexts files = output_files(all.loaded, all.normalised, all.tree);
  const json modules = json::parse(files.at("module_db.json")).at("modules");
  ASSERT_EQ(modules.size(), all.tree.components.size());
  for (const json& module : modules)
    EXPECT_TRUE(files.contains(module.at("file"))) << module.at("file");
  const json dropped = json::parse(files.at("decomposition_log.json")).at("dropped");
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].at("op"), "aten::dropout");
}

TEST(Show, IndentsChildrenAndCountsInstances) {
  const Tree tree = gpt2_tree();
  const std::string text = show_tree(tree);
  EXPECT_THAT(
      text,
      HasSubstr(
          "L3 gpt2_1x64_i64  [input_ids 1x64 i64, mask 1x1x64x64 fp32] -> [1x64x768 fp32]\n"));
  EXPECT_THAT(text, HasSubstr("\n  L2 gpt2_block_1x64x768_fp32: h_0 ... h_1  [x 1x64x768 fp32"));
  EXPECT_THAT(text, HasSubstr("\n    + add x2\n"));
  EXPECT_THAT(text, HasSubstr("\n      + split, view x3, transpose x5, mul, add, reshape\n"));
  const std::string narrow = show_tree(tree, 40);
  for (std::size_t begin = 0; begin < narrow.size(); begin = narrow.find('\n', begin) + 1) {
    EXPECT_LE(narrow.find('\n', begin) - begin, 40u);
  }
}

TEST(Show, SpellsOutOneComponent) {
  const Tree tree = gpt2_tree();
  const auto block = static_cast<ComponentId>(
      std::ranges::find(tree.components, "gpt2_block", &Component::operation) -
      tree.components.begin());
  const std::string text = show_component(tree, block);
  EXPECT_THAT(text, HasSubstr("From transformers.models.gpt2.modeling_gpt2.GPT2Block."));
  EXPECT_THAT(text, HasSubstr("child      ln_1, ln_2  L0 layer_norm_1x64x768_768_768_fp32"));
  EXPECT_THAT(text, HasSubstr("x = x + mlp->forward(ln_2->forward(x));"));
}

}  // namespace
}  // namespace strata
