#include "verifier/executor.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels_l0/error.h"
#include "tests/decomposer/graph_text.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Runs the whole of a graph in text form; weights by ParameterId.
std::vector<at::Tensor> run(const std::string& text, const std::vector<at::Tensor>& inputs,
                            const std::vector<at::Tensor>& weights = {}) {
  const Graph graph = graph_from_text(text);
  return Executor(graph, whole(graph), weights).run(inputs);
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Executor, RunsNodesInOrder) {
  const at::Tensor x = at::randn({2, 3});
  const at::Tensor w = at::randn({4, 3});
  const auto outputs = run(R"(
    input %x : fp32[2,3]
    parameter %w "w" : fp32[4,3]
    %y = aten::linear(%x, %w, None) : fp32[2,4]
    %z = aten::relu(%y) : fp32[2,4]
    return %z
  )",
                           {x}, {w});
  ASSERT_EQ(outputs.size(), 1u);
  EXPECT_TRUE(at::equal(outputs[0], at::linear(x, w).relu()));
}

TEST(Executor, NumbersInTensorPlacesPromoteAsNumbers) {
  const auto outputs = run(R"(
    input %x : bf16[2]
    input %i : i64[2]
    %a = aten::mul.Tensor(%x, 2.5) : bf16[2]
    %b = aten::mul.Tensor(%i, 2) : i64[2]
    %c = aten::div.Tensor(%i, 2) : fp32[2]
    return %a, %b, %c
  )",
                           {at::ones({2}, at::kBFloat16), at::ones({2}, at::kLong)});
  EXPECT_EQ(outputs[0].scalar_type(), at::kBFloat16);
  EXPECT_EQ(outputs[1].scalar_type(), at::kLong);
  EXPECT_EQ(outputs[2].scalar_type(), at::kFloat);
}

TEST(Executor, FlattensListsOfResults) {
  const at::Tensor x = at::arange(6).view({2, 3});
  const auto outputs = run(R"(
    input %x : i64[2,3]
    %a, %b, %c = aten::split.Tensor(%x, 1, 1) : i64[2,1], i64[2,1], i64[2,1]
    %d = aten::cat([%c, %a], 1) : i64[2,2]
    return %d, %b
  )",
                           {x});
  EXPECT_TRUE(at::equal(outputs[0], at::tensor({2, 0, 5, 3}, at::kLong).view({2, 2})));
  EXPECT_TRUE(at::equal(outputs[1], x.slice(1, 1, 2)));
}

TEST(Executor, InPlaceOperatorsWriteTheirOperand) {
  const at::Tensor x = at::ones({2});
  const auto outputs = run(R"(
    input %x : fp32[2]
    %y = aten::mul.Tensor(%x, 2) : fp32[2]
    %z = aten::add_.Tensor(%y, 1) : fp32[2]
    return %y, %z
  )",
                           {x});
  EXPECT_TRUE(outputs[0].is_same(outputs[1]));
  EXPECT_TRUE(at::equal(outputs[0], at::full({2}, 3.0F)));
}

TEST(Executor, AnOutputMayBeAnInputAParameterOrAConstant) {
  Graph graph = graph_from_text(R"(
    input %x : fp32[2]
    parameter %w "w" : fp32[2]
    return %x, %w
  )");
  graph.outputs.emplace_back(std::int64_t{7});
  const at::Tensor x = at::ones({2});
  const at::Tensor w = at::zeros({2});
  const auto outputs = Executor(graph, whole(graph), {w}).run({x});
  EXPECT_TRUE(outputs[0].is_same(x));
  EXPECT_TRUE(outputs[1].is_same(w));
  EXPECT_FALSE(outputs[2].defined());
}

const char* const kThreeNodes = R"(
  input %x : fp32[2]
  %a = aten::relu(%x) : fp32[2]
  %b = aten::add.Tensor(%a, 1) : fp32[2]
  %c = aten::tanh(%b) : fp32[2]
  return %c
)";

TEST(Executor, RunsAPartFromItsBoundary) {
  const Graph graph = graph_from_text(kThreeNodes);
  const ValueId a = value_of(graph, "a");
  const ValueId b = value_of(graph, "b");
  Executor executor(graph, part_of({maker_of(graph, "b")}, {a}, {b, a}), {});
  const at::Tensor given = at::full({2}, 4.0F);
  const auto outputs = executor.run({given});
  EXPECT_TRUE(at::equal(outputs[0], given + 1));
  EXPECT_TRUE(outputs[1].is_same(given));
}

TEST(Executor, RefusesAPartThatReadsWhatNobodyGives) {
  const Graph graph = graph_from_text(kThreeNodes);
  EXPECT_THAT(refusal([&] {
                Executor(graph, part_of({maker_of(graph, "b")}, {}, {value_of(graph, "b")}), {});
              }),
              HasSubstr("executor.open_value"));
}

TEST(Executor, FreesIntermediatesAfterTheirLastReader) {
  const Graph graph = graph_from_text(kThreeNodes);
  Executor executor(graph, whole(graph), {});
  at::Tensor first;
  std::vector<std::size_t> owners;
  RunObserver observer;
  observer.on_value = [&](NodeId node, ValueId, const at::Tensor& tensor) {
    if (node == 0) first = tensor;
  };
  observer.on_node = [&](NodeId) { owners.push_back(first.defined() ? first.use_count() : 0); };
  executor.run({at::ones({2})}, observer);
  EXPECT_THAT(owners, ElementsAre(0, 2, 1));
}

TEST(Executor, CapturesValuesAsTheyWereWhenMade) {
  const Graph graph = graph_from_text(R"(
    input %x : fp32[2]
    %a = aten::mul.Tensor(%x, 2) : fp32[2]
    %b = aten::add_.Tensor(%a, 1) : fp32[2]
    return %b
  )");
  const ValueId x = value_of(graph, "x");
  const ValueId a = value_of(graph, "a");
  auto captured = Executor(graph, whole(graph), {}).capture({at::ones({2})}, {x, a});
  EXPECT_TRUE(at::equal(captured.at(a), at::full({2}, 2.0F)));
  EXPECT_TRUE(at::equal(captured.at(x), at::ones({2})));
}

TEST(Executor, RunsAProgramAsFarAsAValue) {
  const Graph graph = graph_from_text(kThreeNodes);
  const auto runs = [&](const std::vector<ValueId>& wanted) {
    std::vector<NodeId> ran;
    RunObserver observer;
    observer.on_node = [&](NodeId node) { ran.push_back(node); };
    Executor(graph, up_to(graph, wanted), {}).run({at::ones({2})}, observer);
    return ran;
  };
  const ValueId first = graph.nodes.at(0).outputs.at(0);
  const ValueId second = graph.nodes.at(1).outputs.at(0);
  EXPECT_THAT(runs(graph.inputs), testing::IsEmpty());
  EXPECT_THAT(runs({second, first}), ElementsAre(0, 1));
}

TEST(Executor, RunsAgainAndAgain) {
  const Graph graph = graph_from_text(kThreeNodes);
  Executor executor(graph, whole(graph), {});
  for (const float value : {1.0F, -1.0F}) {
    const at::Tensor x = at::full({2}, value);
    EXPECT_TRUE(at::equal(executor.run({x}).at(0), (x.relu() + 1).tanh()));
  }
}

TEST(Executor, NamesTheNodeThatFails) {
  const std::string text = R"(
    input %x : fp32[2,3]
    %y = aten::view(%x, [4]) : fp32[4]
    return %y
  )";
  EXPECT_THAT(refusal([&] { run(text, {at::ones({2, 3})}); }),
              testing::AllOf(HasSubstr("executor.node"), HasSubstr("aten::view")));
}

TEST(Executor, RefusesAnArgumentThatDoesNotFitItsSchema) {
  Graph graph = graph_from_text(kThreeNodes);
  graph.nodes[1].arguments[2] = std::string("one");
  EXPECT_THAT(refusal([&] { Executor(graph, whole(graph), {}); }), HasSubstr("executor.argument"));
}

TEST(Executor, RefusesAMissingWeight) {
  const Graph graph = graph_from_text(R"(
    parameter %w "layer.w" : fp32[2]
    %y = aten::relu(%w) : fp32[2]
    return %y
  )");
  EXPECT_THAT(refusal([&] { Executor(graph, whole(graph), {at::Tensor()}); }),
              HasSubstr("layer.w"));
}

TEST(Executor, RefusesAnotherNumberOfInputs) {
  EXPECT_THAT(refusal([&] { run(kThreeNodes, {}); }), HasSubstr("executor.inputs"));
}

constexpr const char* kNestedCond = R"(
    input %p : bool[]
    input %x : fp32[2]
    higher_order::cond_then(%p)
    %a = aten::relu(%x) : fp32[2]
    %q = aten::lt.Scalar(%x, 0) : bool[2]
    %r = aten::any(%q) : bool[]
    higher_order::cond_then(%r)
    %b = aten::neg(%a) : fp32[2]
    higher_order::cond_else(%r)
    %c, %d = higher_order::cond(%r, [%b, %x], [%a, %a]) : fp32[2], fp32[2]
    higher_order::cond_else(%p)
    %e = aten::exp(%x) : fp32[2]
    %y, %z = higher_order::cond(%p, [%c, %d], [%x, %e]) : fp32[2], fp32[2]
    return %y, %z
  )";

TEST(Executor, RunsTheBranchOfACondThatItsPredicateSays) {
  const at::Tensor yes = at::scalar_tensor(true, at::kBool);
  const at::Tensor no = at::scalar_tensor(false, at::kBool);
  const at::Tensor x = at::tensor({1.0F, 2.0F});
  const at::Tensor low = at::tensor({1.0F, -2.0F});
  const auto agree = [](const std::vector<at::Tensor>& outputs, const at::Tensor& y,
                        const at::Tensor& z) {
    return at::equal(outputs.at(0), y) && at::equal(outputs.at(1), z);
  };
  EXPECT_TRUE(agree(run(kNestedCond, {yes, x}), x, x));
  EXPECT_TRUE(agree(run(kNestedCond, {yes, low}), -low.relu(), low));
  EXPECT_TRUE(agree(run(kNestedCond, {no, x}), x, x.exp()));
}

TEST(Executor, RunsNothingOfTheOtherBranch) {
  const std::string text = R"(
    input %p : bool[]
    input %x : fp32[2]
    input %i : i64[1]
    higher_order::cond_then(%p)
    %a = aten::index_select(%x, 0, %i) : fp32[1]
    higher_order::cond_else(%p)
    %b = aten::slice.Tensor(%x, 0, 0, 1) : fp32[1]
    %y = higher_order::cond(%p, [%a], [%b]) : fp32[1]
    return %y
  )";
  const at::Tensor x = at::tensor({1.0F, 2.0F});
  const at::Tensor beyond = at::tensor({9}, at::kLong);
  const auto with = [&](bool truth) {
    return run(text, {at::scalar_tensor(truth, at::kBool), x, beyond});
  };
  EXPECT_TRUE(at::equal(with(false).at(0), x.slice(0, 0, 1)));
  EXPECT_THAT(refusal([&] { with(true); }), HasSubstr("index"));
}

TEST(Executor, RefusesAPartOfACond) {
  const Graph graph = graph_from_text(kNestedCond);
  const auto last = static_cast<NodeId>(graph.nodes.size()) - 1;
  EXPECT_THAT(
      refusal([&] { Executor(graph, part_of({last}, inputs_of(graph.nodes.back()), {}), {}); }),
      HasSubstr("executor.cond"));
}

}  // namespace
}  // namespace strata
