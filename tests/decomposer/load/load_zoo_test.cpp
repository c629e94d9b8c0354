// Real exports, made by tests/zoo.

#include <gmock/gmock.h>

#include <filesystem>
#include <set>

#include "decomposer/graph/well_formed.h"
#include "decomposer/load/load.h"

namespace strata {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

Graph zoo(const std::string& name) {
  return load_archive(std::filesystem::path(STRATA_ZOO_DIR) / (name + ".pt2"));
}

// The names of the parameters that calls of an operator read, without repeats.
std::set<std::string> parameters_read_by(const Graph& graph, std::string_view op) {
  std::set<std::string> names;
  for (const Node& node : graph.nodes) {
    if (node.op->qualified_name() != op) continue;
    for (const ValueId value : inputs_of(node)) {
      const ParameterId parameter = parameter_of(graph, value);
      if (parameter != kNone)
        names.insert(graph.parameters.at(static_cast<std::size_t>(parameter)).name);
    }
  }
  return names;
}

class LoadZoo : public testing::TestWithParam<const char*> {};

TEST_P(LoadZoo, GivesAWellFormedGraph) {
  const Graph graph = zoo(GetParam());
  EXPECT_THAT(violations_of(graph), IsEmpty());
  EXPECT_EQ(graph.name, GetParam());
  EXPECT_FALSE(graph.nodes.empty());
  EXPECT_FALSE(graph.frames[0].class_name.empty());
}

TEST_P(LoadZoo, KeepsEveryFrameAContiguousRunOfNodes) {
  const Graph graph = zoo(GetParam());
  std::vector<NodeId> last(graph.frames.size(), kNone);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (FrameId frame = graph.nodes[i].frame; frame != kNone;
         frame = graph.frames[static_cast<std::size_t>(frame)].parent) {
      NodeId& seen = last[static_cast<std::size_t>(frame)];
      EXPECT_TRUE(seen == kNone || seen == static_cast<NodeId>(i) - 1)
          << graph.frames[static_cast<std::size_t>(frame)].key << " is left at "
          << graph.nodes[i].name;
      seen = static_cast<NodeId>(i);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, LoadZoo,
                         testing::Values("gpt2_small", "bert_small", "llama_small_fp32",
                                         "llama_small_bf16", "resnet_small",
                                         "resnet_bottleneck_small", "t5_small", "albert_small",
                                         "unet", "tied_weights", "tuple_outputs", "in_place",
                                         "has_downsample"),
                         [](const auto& model) { return std::string(model.param); });

TEST(LoadZoo, ReadsTiedWeightsUnderTheirOwnersNames) {
  const Graph graph = zoo("gpt2_small");
  EXPECT_THAT(parameters_read_by(graph, "aten::embedding"), Contains("transformer.wte.weight"));
  EXPECT_THAT(parameters_read_by(graph, "aten::embedding"), Not(Contains("lm_head.weight")));
  EXPECT_THAT(parameters_read_by(graph, "aten::linear"), Contains("lm_head.weight"));
}

TEST(LoadZoo, TellsCallsOfASharedModuleApart) {
  const Graph graph = zoo("albert_small");
  std::set<std::string> calls;
  for (const Frame& frame : graph.frames) {
    if (frame.path == "encoder.albert_layer_groups.0") calls.insert(frame.key);
  }
  EXPECT_EQ(calls.size(), 3U);
}

TEST(LoadZoo, KeepsOperatorsThatWriteInPlace) {
  const Graph graph = zoo("in_place");
  EXPECT_TRUE(std::any_of(graph.nodes.begin(), graph.nodes.end(),
                          [](const Node& node) { return node.op->writes(); }));
}

TEST(LoadZoo, ReadsHalfPrecision) {
  const Graph graph = zoo("llama_small_bf16");
  EXPECT_EQ(graph.values.at(static_cast<std::size_t>(graph.parameters.at(0).value)).meta.dtype,
            ScalarType::kBFloat16);
}

}  // namespace
}  // namespace strata
