#include "verifier/weight_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels_l0/error.h"
#include "tests/verifier/small_tree.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<MemberTensor> kPlaces{{"fc.weight", {4, 4}, ScalarType::kFloat32}};
const std::vector<WeightLine> kLines{{"w", "", "fc.weight"}};

// The id and text of the error that the transfer ends with.
std::string refusal(const std::vector<WeightLine>& lines, const Graph& graph,
                    const std::vector<MemberTensor>& places = kPlaces) {
  try {
    resolve_weights(lines, graph, {0}, places);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(WeightMap, LinesComeFromTheTree) {
  const SmallTree small = small_tree();
  EXPECT_THAT(weight_lines(small.normalised, small.tree, 0),
              ElementsAre(WeightLine{"w", "", "fc.weight"}));
  EXPECT_THAT(weight_lines(small.normalised, small.tree, 1),
              ElementsAre(WeightLine{"w", "", "weight"}));
}

TEST(WeightMap, MapsEveryPlace) {
  EXPECT_EQ(resolve_weights(kLines, small_tree().normalised, {0}, kPlaces).at("fc.weight"), 0);
}

TEST(WeightMap, OneWeightMayGoToSeveralPlaces) {
  std::vector<MemberTensor> places = kPlaces;
  places.push_back({"head.weight", {4, 4}, ScalarType::kFloat32});
  const std::vector<WeightLine> lines{{"w", "", "fc.weight"}, {"w", "", "head.weight"}};
  EXPECT_EQ(resolve_weights(lines, small_tree().normalised, {0}, places).size(), 2u);
}

TEST(WeightMap, RefusesAnUnmappedPlaceAndNamesTheNearest) {
  EXPECT_THAT(refusal({}, small_tree().normalised),
              testing::AllOf(HasSubstr("weight_map.unmapped_place"), HasSubstr("nearest: w")));
}

TEST(WeightMap, RefusesAnUnmappedOriginal) {
  EXPECT_THAT(refusal({}, small_tree().normalised, {}), HasSubstr("weight_map.unmapped_original"));
}

TEST(WeightMap, RefusesUnknownNames) {
  const Graph graph = small_tree().normalised;
  EXPECT_THAT(refusal({{"v", "", "fc.weight"}}, graph), HasSubstr("weight_map.unknown_original"));
  EXPECT_THAT(refusal({{"w", "", "fc.weigth"}}, graph),
              testing::AllOf(HasSubstr("weight_map.unknown_place"), HasSubstr("fc.weight")));
}

TEST(WeightMap, RefusesTwoDifferentWeightsForOnePlace) {
  Graph graph = small_tree().normalised;
  graph.parameters.push_back(graph.parameters[0]);
  graph.parameters[1].name = "v";
  graph.parameters[1].storage = 7;
  EXPECT_THAT(refusal({{"w", "", "fc.weight"}, {"v", "", "fc.weight"}}, graph),
              HasSubstr("weight_map.contradiction"));
}

TEST(WeightMap, RefusesAnotherShapeOrDtype) {
  const Graph graph = small_tree().normalised;
  EXPECT_THAT(refusal(kLines, graph, {{"fc.weight", {4, 5}, ScalarType::kFloat32}}),
              HasSubstr("got [4, 5] fp32, expected [4, 4] fp32"));
  EXPECT_THAT(refusal(kLines, graph, {{"fc.weight", {4, 4}, ScalarType::kFloat64}}),
              HasSubstr("weight_map.shape"));
}

}  // namespace
}  // namespace strata
