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

}  // namespace
}  // namespace strata
