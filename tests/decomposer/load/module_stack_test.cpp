#include "decomposer/load/module_stack.h"

#include <gmock/gmock.h>

#include "kernels_l0/error.h"

namespace strata {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(ModuleStack, SplitsCallsAndTheirParts) {
  const auto calls = parse_module_stack("L__self__,,a.Net;L__self___layers.0,layers.0,a.Block");
  ASSERT_THAT(calls, SizeIs(2));
  EXPECT_EQ(calls[0].path, "");
  EXPECT_EQ(calls[0].class_name, "a.Net");
  EXPECT_EQ(calls[1].path, "layers.0");
  EXPECT_EQ(calls[1].call, 0);
}

TEST(ModuleStack, ReadsTheCallFromTheKey) {
  EXPECT_EQ(parse_module_stack("L__self___h@3,h,a.Block").at(0).call, 3);
}

TEST(ModuleStack, KeepsAnAtSignThatBelongsToTheModulesName) {
  EXPECT_EQ(parse_module_stack("L__self___x@1,x@1,a.Block").at(0).call, 0);
  EXPECT_EQ(parse_module_stack("L__self___x@1@2,x@1,a.Block").at(0).call, 2);
}

TEST(ModuleStack, IgnoresSeparatorsInsideBrackets) {
  const auto calls = parse_module_stack("L['self'].f[a,b;c],f[a,b;c],a.Generic[int, str]");
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].class_name, "a.Generic[int, str]");
}

TEST(ModuleStack, IsEmptyForTheSentinel) {
  constexpr const char* kSentinel = "_empty_nn_module_stack_from_metadata_hook";
  EXPECT_THAT(parse_module_stack(std::string(kSentinel) + "," + kSentinel + "," + kSentinel),
              IsEmpty());
  EXPECT_THAT(parse_module_stack(""), IsEmpty());
}

TEST(ModuleStack, RefusesAnEntryWithoutThreeParts) {
  EXPECT_THROW(parse_module_stack("L__self__,Net"), Error);
}

TEST(FrameTable, MakesAFramePerCall) {
  FrameTable table;
  EXPECT_EQ(table.frame_of("L__self__,,Net"), 0);
  const FrameId first = table.frame_of("L__self__,,Net;L__self___h,h,Block");
  const FrameId inner =
      table.frame_of("L__self__,,Net;L__self___h,h,Block;L__self___h.fc,h.fc,Linear");
  const FrameId second = table.frame_of("L__self__,,Net;L__self___h@1,h,Block");
  EXPECT_EQ(table.frame_of("L__self__,,Net;L__self___h,h,Block"), first);
  EXPECT_NE(first, second);
  const auto frames = table.take();
  EXPECT_EQ(frames.at(0).class_name, "Net");
  EXPECT_EQ(frames.at(static_cast<std::size_t>(inner)).parent, first);
  EXPECT_EQ(frames.at(static_cast<std::size_t>(second)).key, "h@1");
  EXPECT_EQ(frames.at(static_cast<std::size_t>(second)).path, "h");
  EXPECT_EQ(frames.at(static_cast<std::size_t>(second)).call, 1);
}

TEST(FrameTable, ReadsTheNumericKeysOfStrictExports) {
  FrameTable table;
  const FrameId first =
      table.frame_of("L__self__,,Net;140636447656080,L['self']._modules['h'][0],Block");
  const FrameId second =
      table.frame_of("L__self__,,Net;140636447656080@1,L['self']._modules['h'][0],Block");
  const auto frames = table.take();
  EXPECT_EQ(frames.at(static_cast<std::size_t>(first)).path, "h.0");
  EXPECT_EQ(frames.at(static_cast<std::size_t>(second)).key, "h.0@1");
}

Graph graph_with_frames(const std::vector<FrameId>& of_nodes) {
  Graph graph;
  FrameTable table;
  table.frame_of("r,,N;a,a,A;a.b,a.b,B");  // 0, 1 below it, 2 below that
  table.frame_of("r,,N;a,a,A;a.c,a.c,C");  // 3 below 1
  graph.frames = table.take();
  for (const FrameId frame : of_nodes) graph.nodes.emplace_back().frame = frame;
  fill_missing_frames(graph);
  return graph;
}

TEST(FillMissingFrames, TakesTheFrameThatEnclosesBothNeighbours) {
  EXPECT_EQ(graph_with_frames({2, kNone, 2}).nodes[1].frame, 2);
  EXPECT_EQ(graph_with_frames({2, kNone, kNone, 3}).nodes[2].frame, 1);
  EXPECT_EQ(graph_with_frames({2, kNone, 0}).nodes[1].frame, 0);
}

TEST(FillMissingFrames, TakesTheRootAtTheEnds) {
  EXPECT_EQ(graph_with_frames({kNone, 2}).nodes[0].frame, 0);
  EXPECT_EQ(graph_with_frames({2, kNone}).nodes[1].frame, 0);
}

}  // namespace
}  // namespace strata
