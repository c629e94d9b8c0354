#include "decomposer/load/tied_weights.h"

#include <gmock/gmock.h>

#include "tests/broken/small_archive.h"
#include "tests/decomposer/graph_text.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// An embedding and a head over one storage; as torch.export writes it, both read the last name.
Graph tied() {
  Graph graph = graph_from_text(R"(
    input %ids : i64[1,4]
    parameter %p_embed "model.embed.weight" : fp32[10,8]
    parameter %p_head "head.weight" : fp32[10,8]
    %h = aten::embedding(%p_head, %ids) : fp32[1,4,8] @model/embed
    %y = aten::linear(%h, %p_head) : fp32[1,4,10] @head
    %s = aten::mul.Tensor(%y, %y) : fp32[1,4,10]
    return %s)");
  graph.parameters[1].storage = graph.parameters[0].storage;
  return graph;
}

TEST(TiedWeights, EachModuleReadsItsOwnName) {
  Graph graph = tied();
  read_tied_weights_by_owner(graph);
  EXPECT_THAT(to_text(graph), HasSubstr("aten::embedding(%p_embed, %ids"));
  EXPECT_THAT(to_text(graph), HasSubstr("aten::linear(%h, %p_head"));
  EXPECT_THAT(graph.parameters[0].aliases, ElementsAre("head.weight"));
  EXPECT_THAT(graph.parameters[1].aliases, ElementsAre("model.embed.weight"));
  ASSERT_EQ(graph.log.size(), 1U);
  EXPECT_EQ(graph.log[0].decision, "reads 'model.embed.weight'");
}

TEST(TiedWeights, LeavesSlicesOfOneStorageApart) {
  Graph graph = tied();
  graph.parameters[0].meta.storage_offset = 8;
  read_tied_weights_by_owner(graph);
  EXPECT_THAT(to_text(graph), HasSubstr("aten::embedding(%p_head, %ids"));
  EXPECT_THAT(graph.parameters[0].aliases, IsEmpty());
}

TEST(TiedWeights, LeavesAReaderThatOwnsNoneOfTheNames) {
  Graph graph = tied();
  graph.nodes[0].frame = 0;
  read_tied_weights_by_owner(graph);
  EXPECT_THAT(to_text(graph), HasSubstr("aten::embedding(%p_head, %ids"));
}

TEST(TiedWeights, AddsNamesThatTheSignatureLeavesOut) {
  SmallArchive archive;  // strict exports list only the first name
  archive.weights["config"]["other.weight"] = archive.weights["config"]["linear.weight"];
  const Graph graph = load(archive);
  ASSERT_EQ(graph.parameters.size(), 3U);
  EXPECT_EQ(graph.parameters[2].name, "other.weight");
  EXPECT_EQ(graph.parameters[2].storage, graph.parameters[0].storage);
  EXPECT_THAT(graph.parameters[0].aliases, ElementsAre("other.weight"));
}

}  // namespace
}  // namespace strata
