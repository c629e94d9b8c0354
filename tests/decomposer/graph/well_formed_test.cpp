#include "decomposer/graph/well_formed.h"

#include <gmock/gmock.h>

#include <functional>
#include <limits>

#include "kernels_l0/error.h"
#include "tests/decomposer/graph_text.h"

namespace strata {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

Graph sound() {
  return graph_from_text(R"(
    input %x : fp32[2,8]
    parameter %w "fc.weight" : fp32[4,8]
    %y = aten::linear(%x, %w, None) : fp32[2,4] @fc
    %a, %b = aten::chunk(%y, 2, dim=-1) : fp32[2,2], fp32[2,2]
    %z = aten::mul.Tensor(%a, %b) : fp32[2,2]
    return %z)");
}

// The rules that a change of the sound graph breaks.
std::vector<std::string> broken_by(const std::function<void(Graph&)>& change) {
  Graph graph = sound();
  change(graph);
  std::vector<std::string> rules;
  for (const GraphViolation& violation : violations_of(graph)) rules.push_back(violation.rule);
  return rules;
}

TEST(GraphWellFormed, AcceptsASoundGraph) {
  EXPECT_THAT(violations_of(sound()), IsEmpty());
  EXPECT_NO_THROW(require_well_formed(sound()));
}

TEST(GraphWellFormed, G1RefusesIdsOutsideTheirTables) {
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[0].arguments[0] = ValueRef{99}; }), Contains("G1"));
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[0].outputs[0] = 99; }), Contains("G1"));
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[0].frame = 99; }), Contains("G1"));
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[0].op = nullptr; }), Contains("G1"));
  EXPECT_THAT(broken_by([](Graph& g) { g.values[0].producer = 99; }), Contains("G1"));
  EXPECT_THAT(broken_by([](Graph& g) { g.frames[1].parent = 99; }), Contains("G1"));
  EXPECT_THAT(broken_by([](Graph& g) { g.parameters[0].storage = 99; }), Contains("G1"));
  EXPECT_THAT(broken_by([](Graph& g) { g.parameters[0].value = kNone; }), Contains("G1"));
  EXPECT_THAT(broken_by([](Graph& g) { g.inputs[0] = -7; }), Contains("G1"));
  EXPECT_THAT(broken_by([](Graph& g) { g.outputs[0] = ValueRef{99}; }), Contains("G1"));
}

TEST(GraphWellFormed, G2RefusesValuesThatShareAName) {
  EXPECT_THAT(broken_by([](Graph& g) { g.values[0].name = g.values[1].name; }), Contains("G2"));
  EXPECT_THAT(broken_by([](Graph& g) { g.values[0].name.clear(); }), Contains("G2"));
}

TEST(GraphWellFormed, G3RefusesNodesThatShareAName) {
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[0].name = g.nodes[1].name; }), Contains("G3"));
}

TEST(GraphWellFormed, G4RefusesAValueThatIsMadeTwice) {
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[2].outputs = g.nodes[0].outputs; }), Contains("G4"));
  EXPECT_THAT(broken_by([](Graph& g) { g.inputs.push_back(g.parameters[0].value); }),
              Contains("G4"));
}

TEST(GraphWellFormed, G4RefusesAWrongProducer) {
  EXPECT_THAT(broken_by([](Graph& g) {
                g.values[static_cast<std::size_t>(g.nodes[0].outputs[0])].producer = 1;
              }),
              Contains("G4"));
}

TEST(GraphWellFormed, G5RefusesReadingWhatALaterNodeMakes) {
  EXPECT_THAT(
      broken_by([](Graph& g) { g.nodes[0].arguments[0] = ValueRef{g.nodes[2].outputs[0]}; }),
      Contains("G5"));
}

TEST(GraphWellFormed, G5RefusesANodeThatReadsItsOwnResult) {
  EXPECT_THAT(
      broken_by([](Graph& g) { g.nodes[2].arguments[0] = ValueRef{g.nodes[2].outputs[0]}; }),
      Contains("G5"));
}

TEST(GraphWellFormed, G5RefusesAnOutputThatNothingMakes) {
  EXPECT_THAT(broken_by([](Graph& g) {
                g.nodes.pop_back();
                g.values.back().producer = kNone;
              }),
              Contains("G5"));
}

TEST(GraphWellFormed, G6RefusesAMissingArgument) {
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[0].arguments.pop_back(); }), Contains("G6"));
}

TEST(GraphWellFormed, G6RefusesAnArgumentOfAnotherKind) {
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[1].arguments[1] = 2.0; }), Contains("G6"));
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[0].arguments[1] = NoneArgument{}; }),
              Contains("G6"));
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[0].arguments[1] = ValueRef{}; }), Contains("G6"));
}

TEST(GraphWellFormed, G6AcceptsANumberWhereTheSchemaSaysTensor) {
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[2].arguments[1] = 2.0; }), IsEmpty());
}

TEST(GraphWellFormed, G7RefusesTooManyOrTooFewResults) {
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[2].outputs.push_back(kNone); }), Contains("G7"));
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[2].outputs.clear(); }), Contains("G7"));
}

TEST(GraphWellFormed, G8RefusesFramesBeforeTheirParents) {
  EXPECT_THAT(broken_by([](Graph& g) { g.frames[0].parent = 1; }), Contains("G8"));
  EXPECT_THAT(broken_by([](Graph& g) { g.frames[1].parent = 1; }), Contains("G8"));
  EXPECT_THAT(broken_by([](Graph& g) { g.frames[1].parent = kNone; }), Contains("G8"));
}

TEST(GraphWellFormed, G9RefusesSiblingsWithOneKey) {
  EXPECT_THAT(broken_by([](Graph& g) { g.frames.push_back(g.frames[1]); }), Contains("G9"));
}

TEST(GraphWellFormed, G10RefusesShapesThatCantBe) {
  EXPECT_THAT(broken_by([](Graph& g) { g.values[0].meta.strides.pop_back(); }), Contains("G10"));
  EXPECT_THAT(broken_by([](Graph& g) { g.values[0].meta.sizes[0] = -1; }), Contains("G10"));
  EXPECT_THAT(broken_by([](Graph& g) { g.values[0].meta.storage_offset = -1; }), Contains("G10"));
  EXPECT_THAT(broken_by([](Graph& g) {
                g.values[0].meta.sizes[0] = std::numeric_limits<std::int64_t>::max();
              }),
              Contains("G10"));
}

TEST(GraphWellFormed, G11RefusesAParameterOfAnotherShapeThanItsValue) {
  EXPECT_THAT(broken_by([](Graph& g) { g.parameters[0].meta.sizes = {8, 4}; }), Contains("G11"));
  EXPECT_THAT(broken_by([](Graph& g) { g.parameters[0].meta.dtype = ScalarType::kFloat64; }),
              Contains("G11"));
}

TEST(GraphWellFormed, G11RefusesAParameterBeyondItsStorage) {
  EXPECT_THAT(broken_by([](Graph& g) { g.parameters[0].meta.storage_offset = 1; }),
              Contains("G11"));
  EXPECT_THAT(broken_by([](Graph& g) {
                g.parameters[0].meta.strides[0] = std::numeric_limits<std::int64_t>::max();
              }),
              Contains("G11"));
}

TEST(GraphWellFormed, G12RefusesInputsWithoutAName) {
  EXPECT_THAT(broken_by([](Graph& g) { g.input_names.clear(); }), Contains("G12"));
  EXPECT_THAT(broken_by([](Graph& g) { g.input_names[0].clear(); }), Contains("G12"));
}

TEST(GraphWellFormed, G13RefusesAProgramWithoutATensorToCompare) {
  EXPECT_THAT(broken_by([](Graph& g) { g.outputs = {std::int64_t{3}}; }), Contains("G13"));
  EXPECT_THAT(broken_by([](Graph& g) { g.outputs.clear(); }), Contains("G13"));
}

TEST(GraphWellFormed, G14RefusesNodesWithoutAnOriginOfTheirOwn) {
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[1].original = kNone; }), Contains("G14"));
  EXPECT_THAT(broken_by([](Graph& g) { g.nodes[1].original = g.nodes[0].original; }),
              Contains("G14"));
  EXPECT_THAT(broken_by([](Graph& g) {
                g.dropped.push_back({g.nodes[0].original, "linear", "aten::linear", "test"});
              }),
              Contains("G14"));
}

TEST(GraphWellFormed, ErrorNamesTheFirstViolationAndCountsTheRest) {
  Graph graph = sound();
  graph.outputs.clear();
  graph.input_names[0].clear();
  try {
    require_well_formed(graph);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "graph.malformed");
    EXPECT_THAT(error.what(), HasSubstr("(rule G12, 1 more broken)"));
  }
}

// What is wrong with a cond when a part of its text is another.
std::vector<std::string> cond_problems(const std::string& from, const std::string& to) {
  std::string text = R"(
    input %p : bool[]
    input %x : fp32[2]
    higher_order::cond_then(%p)
    %a = aten::relu(%x) : fp32[2]
    higher_order::cond_else(%p)
    %b = aten::exp(%x) : fp32[2]
    %y = higher_order::cond(%p, [%a], [%b]) : fp32[2]
    return %y)";
  text.replace(text.find(from), from.size(), to);
  std::vector<std::string> problems;
  for (const GraphViolation& violation : violations_of(graph_from_text(text)))
    problems.push_back(violation.rule + ": " + violation.message);
  return problems;
}

TEST(GraphWellFormed, G15TheBracketsOfACondMatch) {
  EXPECT_THAT(cond_problems("exp", "exp"), IsEmpty());
  EXPECT_THAT(cond_problems("higher_order::cond_else(%p)", ""),
              Contains("G15: ends no second branch of a cond"));
  EXPECT_THAT(cond_problems("higher_order::cond_then(%p)", ""),
              Contains("G15: ends no first branch of a cond"));
  EXPECT_THAT(cond_problems("cond_then(%p)", "cond_then(True)"),
              Contains("G15: branches on no tensor"));
  EXPECT_THAT(cond_problems("%y = higher_order::cond(%p, [%a], [%b]) : fp32[2]\n    return %y",
                            "return %x"),
              Contains("G15: stand in a cond that has no end"));
}

TEST(GraphWellFormed, G15WhatABranchMakesIsReadInIt) {
  EXPECT_THAT(cond_problems("return %y", "return %a"),
              Contains("G15: reads 'a', which only a branch of a cond makes"));
  EXPECT_THAT(cond_problems("aten::exp(%x)", "aten::exp(%a)"),
              Contains("G15: reads 'a', which only a branch of a cond makes"));
  EXPECT_THAT(cond_problems("[%a], [%b]", "[%b], [%b]"),
              Contains("G15: reads 'b', which only a branch of a cond makes"));
}

TEST(GraphWellFormed, G15ResultsOfACondAreThoseOfBothBranches) {
  EXPECT_THAT(cond_problems("[%a], [%b]", "[%a, %x], [%b]"),
              Contains("G15: has not one result for each that its branches give"));
  EXPECT_THAT(cond_problems("[%a], [%b]) : fp32[2]", "[%a], [%b]) : fp32[3]"),
              Contains("G15: has a result of another shape or type than a branch gives"));
}

}  // namespace
}  // namespace strata
