#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "verifier/weight_map.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A program of these parameters, all fp32.
Graph graph_of(const std::vector<std::pair<std::string, std::vector<std::int64_t>>>& parameters) {
  Graph graph;
  for (const auto& [name, sizes] : parameters) {
    Parameter parameter;
    parameter.name = name;
    parameter.meta.sizes = sizes;
    graph.parameters.push_back(std::move(parameter));
  }
  return graph;
}

MemberTensor member(const std::string& path, std::vector<std::int64_t> sizes) {
  return {path, std::move(sizes), ScalarType::kFloat32};
}

TEST(AutomaticWeightMap, EqualNamesBelowTheModule) {
  const Graph graph = graph_of({{"h.0.ln.weight", {4}}, {"h.0.ln.bias", {4}}});
  EXPECT_THAT(automatic_weight_map(graph, {0, 1}, "h.0",
                                   {member("ln.bias", {4}), member("ln.weight", {4})}),
              ElementsAre(WeightLine{"h.0.ln.bias", "", "ln.bias"},
                          WeightLine{"h.0.ln.weight", "", "ln.weight"}));
}

TEST(AutomaticWeightMap, TheOnlyOneOfItsShapeAndLastName) {
  const Graph graph = graph_of({{"fc.weight", {8, 4}}, {"fc.bias", {8}}, {"norm.weight", {8}}});
  EXPECT_THAT(
      automatic_weight_map(
          graph, {0, 1, 2}, "",
          {member("up.weight", {8, 4}), member("up.bias", {8}), member("n.weight", {8})}),
      ElementsAre(WeightLine{"norm.weight", "", "n.weight"}, WeightLine{"fc.bias", "", "up.bias"},
                  WeightLine{"fc.weight", "", "up.weight"}));
}

TEST(AutomaticWeightMap, NeverGuessesBetweenTwo) {
  const Graph graph = graph_of({{"q.weight", {4, 4}}, {"k.weight", {4, 4}}});
  EXPECT_THAT(automatic_weight_map(graph, {0, 1}, "",
                                   {member("a.weight", {4, 4}), member("b.weight", {4, 4})}),
              IsEmpty());
}

TEST(AutomaticWeightMap, ANameOfAnotherShapeIsNoMatch) {
  const Graph graph = graph_of({{"fc.weight", {8, 4}}});
  EXPECT_THAT(automatic_weight_map(graph, {0}, "", {member("fc.weight", {4, 8})}), IsEmpty());
}

TEST(AutomaticWeightMap, TakesDotsAndUnderscoresForTheSame) {
  const Graph graph = graph_of({{"attn.c_proj.bias", {4}}, {"mlp.c_proj.bias", {4}}});
  EXPECT_THAT(
      automatic_weight_map(graph, {0, 1}, "",
                           {member("attn_c_proj_bias", {4}), member("mlp.c_proj_bias", {4})}),
      ElementsAre(WeightLine{"attn.c_proj.bias", "", "attn_c_proj_bias"},
                  WeightLine{"mlp.c_proj.bias", "", "mlp.c_proj_bias"}));
}

TEST(AutomaticWeightMap, PairsTheNamesThatShareMostWords) {
  const Graph graph = graph_of({{"mlp.up.weight", {4, 4}}, {"mlp.down.weight", {4, 4}}});
  EXPECT_THAT(automatic_weight_map(graph, {0, 1}, "",
                                   {member("down_proj.w", {4, 4}), member("up_proj.w", {4, 4})}),
              ElementsAre(WeightLine{"mlp.down.weight", "", "down_proj.w"},
                          WeightLine{"mlp.up.weight", "", "up_proj.w"}));
}

TEST(AutomaticWeightMap, TheOrderOfWordsTellsNumbersApart) {
  const Graph graph = graph_of({{"body.h.1.ln_2.bias", {4}}, {"body.h.2.ln_1.bias", {4}}});
  EXPECT_THAT(automatic_weight_map(graph, {0, 1}, "",
                                   {member("h_2.ln_1.shift", {4}), member("h_1.ln_2.shift", {4})}),
              ElementsAre(WeightLine{"body.h.1.ln_2.bias", "", "h_1.ln_2.shift"},
                          WeightLine{"body.h.2.ln_1.bias", "", "h_2.ln_1.shift"}));
}

TEST(AutomaticWeightMap, APlaceOfTheProgramsOwnComponentIsKnown) {
  const Graph graph = graph_of({{"a.weight", {4}}, {"b.weight", {4}}, {"c.weight", {4}}});
  const std::vector<WeightLine> known{{"b.weight", "", "x.w"}, {"a.weight", "", "y.w"}};
  EXPECT_THAT(
      automatic_weight_map(graph, {0, 1, 2}, "",
                           {member("x.w", {4}), member("y.w", {4}), member("new.w", {4})}, known),
      ElementsAre(WeightLine{"c.weight", "", "new.w"}, WeightLine{"b.weight", "", "x.w"},
                  WeightLine{"a.weight", "", "y.w"}));
  EXPECT_THAT(automatic_weight_map(graph, {0, 1, 2}, "", {member("x.w", {8})}, known), IsEmpty());
}

TEST(AutomaticWeightMap, ANumberIsAWordAndWordsHaveAnOrder) {
  const Graph graph = graph_of({{"net.h.1.ln_2.bias", {4}}, {"net.h.2.ln_1.bias", {4}}});
  EXPECT_THAT(automatic_weight_map(graph, {0, 1}, "",
                                   {member("h2.ln1.bias", {4}), member("h1.ln2.bias", {4})}),
              ElementsAre(WeightLine{"net.h.1.ln_2.bias", "", "h1.ln2.bias"},
                          WeightLine{"net.h.2.ln_1.bias", "", "h2.ln1.bias"}));
}

TEST(AutomaticWeightMap, LeavesOpenWhatFitsEquallyWell) {
  const Graph graph = graph_of({{"a.weight", {4}}, {"b.weight", {4}}});
  EXPECT_THAT(automatic_weight_map(graph, {0, 1}, "", {member("c.w", {4}), member("d.w", {4})}),
              IsEmpty());
}

TEST(AutomaticWeightMap, ATiedNameStandsForTheWeightThatIsRead) {
  Graph graph = graph_of({{"head.weight", {4}}, {"wte.weight", {4}}});
  for (Parameter& parameter : graph.parameters) parameter.storage = 0;
  EXPECT_THAT(
      automatic_weight_map(graph, {0}, "", {member("wte.weight", {4}), member("head.weight", {4})}),
      ElementsAre(WeightLine{"head.weight", "", "head.weight"},
                  WeightLine{"head.weight", "", "wte.weight"}));
}

}  // namespace
}  // namespace strata
