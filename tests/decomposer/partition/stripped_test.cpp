// Real exports whose module stacks are taken away: what is left is functional code.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "decomposer/load/load.h"
#include "decomposer/normalise/normalise.h"
#include "decomposer/partition/partition.h"
#include "decomposer/tree/well_formed.h"
#include "kernels_l0/catalogue.h"

namespace strata {
namespace {

// The tree of a model without its frames.
Tree stripped(const std::string& name) {
  Graph graph = load_archive(std::filesystem::path(STRATA_ZOO_DIR) / (name + ".pt2"));
  graph.frames.resize(1);
  graph.frames.front().class_name.clear();
  for (Node& node : graph.nodes) node.frame = 0;
  graph = normalise(std::move(graph));
  Tree tree = partition(graph, cover(graph, catalogue()));
  for (const TreeViolation& violation : violations_of(tree, graph)) {
    ADD_FAILURE() << violation.rule << " " << violation.subject << ": " << violation.message;
  }
  return tree;
}

// "attention mlp" of a layer: its fusions in order.
std::string fusions_of(const Tree& tree, const Component& layer) {
  std::string text;
  for (const Child& child : layer.children) {
    const Component& part = tree.components[static_cast<std::size_t>(child.component)];
    if (part.level == 1) text += (text.empty() ? "" : " ") + part.operation;
  }
  return text;
}

// How many layers are made of which fusions.
std::map<std::string, int> layers_of(const Tree& tree) {
  std::map<std::string, int> layers;
  for (const Instance& instance : tree.instances) {
    const Component& component = tree.components[static_cast<std::size_t>(instance.component)];
    if (component.level == 2) ++layers[fusions_of(tree, component)];
  }
  return layers;
}

using Layers = std::map<std::string, int>;

TEST(StrippedModel, Gpt2HasItsBlocks) {
  EXPECT_EQ(layers_of(stripped("gpt2_small")), (Layers{{"attention mlp", 3}}));
}

TEST(StrippedModel, LlamaHasItsLayers) {
  EXPECT_EQ(layers_of(stripped("llama_small_fp32")), (Layers{{"attention gated_mlp", 3}}));
}

TEST(StrippedModel, BertHasItsLayers) {
  EXPECT_EQ(layers_of(stripped("bert_small")), (Layers{{"attention mlp", 2}}));
}

TEST(StrippedModel, WhisperHasItsLayers) {
  EXPECT_EQ(layers_of(stripped("whisper")),
            (Layers{{"attention mlp", 2}, {"attention attention mlp", 2}}));
}

TEST(StrippedModel, BartHasItsLayers) {
  EXPECT_EQ(layers_of(stripped("bart")),
            (Layers{{"attention mlp", 2}, {"attention attention mlp", 2}}));
}

// The first layer of each stack makes the bias that the others are given.
TEST(StrippedModel, T5HasItsBlocks) {
  EXPECT_EQ(layers_of(stripped("t5_small")),
            (Layers{{"attention mlp", 2}, {"attention attention mlp", 2}}));
}

// Every other layer shifts its windows.
TEST(StrippedModel, SwinHasItsLayers) {
  EXPECT_EQ(layers_of(stripped("swin")), (Layers{{"attention mlp", 4}}));
}

}  // namespace
}  // namespace strata
