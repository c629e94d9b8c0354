#include <gtest/gtest.h>

#include "decomposer/normalise/normalise.h"
#include "tests/decomposer/graph_text.h"

namespace strata {
namespace {

const Parameter* parameter_named(const Graph& graph, std::string_view value) {
  const ParameterId id = parameter_of(graph, value_of(graph, value));
  return id == kNone ? nullptr : &graph.parameters[static_cast<std::size_t>(id)];
}

// Values carry the offsets that the archive says; the text format has none.
void set_offset(Graph& graph, std::string_view value, std::int64_t offset) {
  graph.values[static_cast<std::size_t>(value_of(graph, value))].meta.storage_offset = offset;
}

TEST(ParameterViews, BecomeSlicesOfTheStorage) {
  Graph loaded = graph_from_text(R"(
    parameter %w "in_proj" : fp32[6,4]
    input %x : fp32[1,4]
    %q, %k, %v = aten::chunk(%w, 3) : fp32[2,4], fp32[2,4], fp32[2,4]
    %t = aten::t(%v) : fp32[4,2]{1,4}
    %a = aten::linear(%x, %k) : fp32[1,2]
    %y = aten::addmm(%a, %x, %t) : fp32[1,2]
    return %y)");
  set_offset(loaded, "k", 8);
  set_offset(loaded, "v", 16);
  set_offset(loaded, "t", 16);
  loaded.parameters[0].meta.storage_offset = 100;
  loaded.parameters[0].meta.requires_grad = true;
  const Graph graph = normalise(loaded);
  EXPECT_EQ(to_text(graph),
            "%a = aten::linear(%x, %k, None)\n%y = aten::addmm(%a, %x, %t, 1, 1)\n");
  const Parameter* k = parameter_named(graph, "k");
  ASSERT_NE(k, nullptr);
  EXPECT_EQ(k->name, "in_proj");
  EXPECT_EQ(k->slice, "chunk(3, 0)[1]");
  EXPECT_EQ(k->meta.storage_offset, 108);
  EXPECT_EQ(k->storage, 0);
  EXPECT_TRUE(k->meta.requires_grad);
  const Parameter* t = parameter_named(graph, "t");
  ASSERT_NE(t, nullptr);
  EXPECT_EQ(t->slice, "chunk(3, 0)[2].t()");
  EXPECT_EQ(t->meta.strides, (std::vector<std::int64_t>{1, 4}));
  EXPECT_EQ(parameter_named(graph, "q"), nullptr);  // nobody reads it
}

TEST(ParameterViews, TheSameViewMadeTwiceIsOneParameter) {
  const Graph graph = normalise(graph_from_text(R"(
    parameter %w "proj" : fp32[6,4]
    input %x : fp32[1,6]
    input %z : fp32[1,2]
    %t = aten::t(%w) : fp32[4,6]{1,4}
    %q, %k, %v = aten::chunk(%w, 3) : fp32[2,4], fp32[2,4], fp32[2,4]
    %a = aten::matmul(%z, %k) : fp32[1,4]
    %u = aten::t(%w) : fp32[4,6]{1,4}
    %l, %m, %n = aten::chunk(%w, 3) : fp32[2,4], fp32[2,4], fp32[2,4]
    %b = aten::linear(%x, %t) : fp32[1,4]
    %c = aten::linear(%x, %u) : fp32[1,4]
    %d = aten::matmul(%z, %m) : fp32[1,4]
    return %a, %b, %c, %d)"));
  EXPECT_EQ(graph.parameters.size(), 3U);
  EXPECT_EQ(to_text(graph),
            "%a = aten::matmul(%z, %k)\n%b = aten::linear(%x, %t, None)\n"
            "%c = aten::linear(%x, %t, None)\n%d = aten::matmul(%z, %k)\n");
}

TEST(ParameterViews, LeaveExpandedParametersAlone) {
  const Graph graph = normalise(graph_from_text(R"(
    parameter %w : fp32[1,4]
    input %x : fp32[3,4]
    %e = aten::expand(%w, [3, 4]) : fp32[3,4]{0,1}
    %y = aten::add.Tensor(%x, %e) : fp32[3,4]
    return %y)"));
  EXPECT_EQ(graph.parameters.size(), 1U);
  EXPECT_EQ(graph.nodes.size(), 2U);
}

TEST(ParameterViews, LeaveWrittenBuffersAlone) {
  const Graph graph = normalise(graph_from_text(R"(
    buffer %cache : fp32[4]
    input %x : fp32[2]
    %s = aten::slice.Tensor(%cache, 0, 0, 2) : fp32[2]
    %w = aten::copy_(%s, %x) : fp32[2]
    %r = aten::slice.Tensor(%cache, 0, 1, 3) : fp32[2]
    %y = aten::relu(%r) : fp32[2]
    return %y)"));
  EXPECT_EQ(graph.parameters.size(), 1U);
  EXPECT_EQ(graph.nodes.size(), 4U);
}

TEST(ParameterViews, LeaveReshapesThatCopyAlone) {
  const Graph graph = normalise(graph_from_text(R"(
    parameter %w : fp32[2,3]{1,2}
    input %x : fp32[6]
    %r = aten::reshape(%w, [6]) : fp32[6]
    %y = aten::add.Tensor(%x, %r) : fp32[6]
    return %y)"));
  EXPECT_EQ(graph.parameters.size(), 1U);
}

TEST(ParameterViews, LeaveViewsThatAreResultsAlone) {
  const Graph graph = normalise(graph_from_text(R"(
    parameter %w : fp32[2,3]
    %t = aten::t(%w) : fp32[3,2]{1,3}
    return %t)"));
  EXPECT_EQ(graph.nodes.size(), 1U);
}

}  // namespace
}  // namespace strata
