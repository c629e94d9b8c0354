#include "decomposer/load/build_graph.h"

#include <gmock/gmock.h>

#include <limits>

#include "decomposer/graph/well_formed.h"
#include "tests/broken/small_archive.h"
#include "tests/decomposer/graph_text.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Json = nlohmann::ordered_json;

const Node& node_named(const Graph& graph, std::string_view name) {
  for (const Node& node : graph.nodes) {
    if (node.name == name) return node;
  }
  throw std::runtime_error("no node " + std::string(name));
}

// A body as the archive writes it: x -> mul(x, 2), whose names collide with the outer graph's.
Json body(const std::string& name) {
  SmallArchive inner;
  inner.nodes() = Json::array();
  inner.graph()["tensor_values"] = {{"relu", tensor_meta({2, 4})}};
  inner.graph()["inputs"] = Json::array({tensor_argument("relu")});
  inner.add_node(
      "torch.ops.aten.mul.Tensor",
      {named_argument("self", tensor_argument("relu")), named_argument("other", {{"as_int", 2}})},
      "linear", {2, 4});
  inner.nodes()[0]["metadata"] = Json::object();
  inner.graph()["outputs"] = Json::array({tensor_argument("linear")});
  return {{"as_graph", {{"name", name}, {"graph", inner.graph()}}}};
}

SmallArchive with_higher_order(const std::string& target, Json inputs) {
  SmallArchive archive;
  archive.add_node("torch.ops.higher_order." + target, std::move(inputs), "wrapped", {2, 4});
  archive.set_output("wrapped");
  return archive;
}

TEST(BuildGraph, ResolvesOperatorsFramesAndParameters) {
  const Graph graph = load(SmallArchive());
  EXPECT_EQ(to_text(graph),
            "%linear = aten::linear(%x, %p_linear_weight, %p_linear_bias)\n%relu = "
            "aten::relu(%linear)\n");
  EXPECT_EQ(graph.name, "small");
  EXPECT_EQ(graph.frames.at(static_cast<std::size_t>(graph.nodes[0].frame)).path, "linear");
  EXPECT_EQ(graph.frames.at(0).class_name, "Net");
  EXPECT_THAT(graph.input_names, ElementsAre("x"));
  ASSERT_EQ(graph.parameters.size(), 2U);
  EXPECT_EQ(graph.parameters[0].name, "linear.weight");
  EXPECT_TRUE(
      graph.values.at(static_cast<std::size_t>(graph.parameters[0].value)).meta.requires_grad);
  EXPECT_EQ(graph.storages.at(0).size, 48U);
  EXPECT_EQ(graph.nodes[1].original, 1);
  EXPECT_THAT(violations_of(graph), IsEmpty());
}

TEST(BuildGraph, DigestFollowsProgramAndWeights) {
  const std::string digest = load(SmallArchive()).archive_digest;
  EXPECT_EQ(digest.size(), 64U);
  EXPECT_EQ(load(SmallArchive()).archive_digest, digest);
  SmallArchive weights;
  weights.records["data/weights/weight_1"][0] = '\7';
  EXPECT_NE(load(weights).archive_digest, digest);
  SmallArchive program;
  program.nodes()[1]["target"] = "torch.ops.aten.sigmoid.default";
  EXPECT_NE(load(program).archive_digest, digest);
}

TEST(BuildGraph, FillsDefaultsAndOrdersArgumentsByTheSchema) {
  SmallArchive archive;
  archive.add_node("torch.ops.aten.layer_norm.default",
                   {named_argument("bias", {{"as_none", true}}),
                    named_argument("normalized_shape", {{"as_ints", {4}}}),
                    named_argument("input", tensor_argument("relu"))},
                   "norm", {2, 4});
  archive.set_output("norm");
  EXPECT_THAT(to_text(load(archive)),
              HasSubstr("aten::layer_norm(%relu, [4], None, None, 1e-05, True)"));
}

TEST(BuildGraph, CoercesNumbersAsTheSchemaAsks) {
  SmallArchive archive;
  archive.add_node(
      "torch.ops.aten.softplus.default",
      {named_argument("self", tensor_argument("relu")), named_argument("beta", {{"as_int", 1}})},
      "a", {2, 4});
  archive.add_node(
      "torch.ops.aten.dropout.default",
      {named_argument("input", tensor_argument("a")), named_argument("p", {{"as_int", 0}}),
       named_argument("train", {{"as_bool", false}})},
      "b", {2, 4});
  archive.add_node("torch.ops.aten.mul.Tensor",
                   {named_argument("self", tensor_argument("b")),
                    named_argument("other", {{"as_float", "-Infinity"}})},
                   "c", {2, 4});
  archive.add_node(
      "torch.ops.aten.slice.Tensor",
      {named_argument("self", tensor_argument("c")), named_argument("dim", {{"as_int", 0}}),
       named_argument("start", {{"as_int", 0}}),
       named_argument("end", {{"as_int", 9223372036854775807}})},
      "d", {2, 4});
  archive.set_output("d");
  const Graph graph = load(archive);
  EXPECT_EQ(node_named(graph, "a").arguments.at(1), Argument(std::int64_t{1}));
  EXPECT_EQ(node_named(graph, "b").arguments.at(1), Argument(0.0));
  EXPECT_EQ(node_named(graph, "c").arguments.at(1),
            Argument(-std::numeric_limits<double>::infinity()));
  EXPECT_EQ(node_named(graph, "d").arguments.at(3),
            Argument(std::numeric_limits<std::int64_t>::max()));
}

TEST(BuildGraph, MakesOneNumberAListWhereAListIsDue) {
  SmallArchive archive;
  archive.add_node(
      "torch.ops.aten.sum.dim_IntList",
      {named_argument("self", tensor_argument("relu")), named_argument("dim", {{"as_int", 1}})},
      "sum", {2});
  archive.set_output("sum");
  EXPECT_EQ(node_named(load(archive), "sum").arguments.at(1),
            Argument(std::vector<std::int64_t>{1}));
}

TEST(BuildGraph, RefusesAnArgumentThatTheSchemaHasNoPlaceFor) {
  const auto with = [](const std::string& name, Json value) {
    SmallArchive archive;
    archive.add_node("torch.ops.aten.sum.dim_IntList",
                     {named_argument("self", tensor_argument("relu")), named_argument(name, value)},
                     "sum", {2});
    archive.set_output("sum");
    return error_of(archive);
  };
  EXPECT_THAT(with("dim", {{"as_float", 1.5}}), HasSubstr("[load.argument_type]"));
  EXPECT_THAT(with("dim", {{"as_float", 1.5}}),
              HasSubstr("#/graph_module/graph/nodes/2/inputs/1/arg)"));
  EXPECT_THAT(with("dim", {{"as_string", "1"}}), HasSubstr("expected a list of numbers"));
  EXPECT_THAT(with("dimension", {{"as_int", 1}}), HasSubstr("has no argument 'dimension'"));
  EXPECT_THAT(with("self", tensor_argument("relu")), HasSubstr("gets 'self' twice"));
  EXPECT_THAT(with("keepdim", {{"as_bool", true}}), HasSubstr("needs argument 'dim'"));
  EXPECT_THAT(with("dim", {{"as_operator", "x"}}), HasSubstr("[load.unsupported]"));
}

TEST(BuildGraph, FlattensListsOfResults) {
  SmallArchive archive;
  archive.add_node(
      "torch.ops.aten.split.Tensor",
      {named_argument("self", tensor_argument("relu")),
       named_argument("split_size", {{"as_int", 2}}), named_argument("dim", {{"as_int", 1}})},
      "left", {2, 2});
  archive.nodes()[2]["outputs"] = {{{"as_tensors", {{{"name", "left"}}, {{"name", "right"}}}}}};
  archive.graph()["tensor_values"]["right"] = tensor_meta({2, 2});
  archive.set_output("right");
  EXPECT_THAT(to_text(load(archive)), HasSubstr("%left, %right = aten::split.Tensor(%relu, 2, 1)"));
}

TEST(BuildGraph, InlinesGradModeBodiesUnderUniqueNames) {
  SmallArchive archive = with_higher_order(
      "wrap_with_set_grad_enabled",
      {named_argument("", {{"as_bool", false}}), named_argument("", body("submod_1")),
       named_argument("", tensor_argument("relu"))});
  archive.nodes()[2]["metadata"]["nn_module_stack"] = "L__self__,,Net;L__self___r,r,Rotary";
  const Graph graph = load(archive);
  EXPECT_THAT(to_text(graph), HasSubstr("%linear_1 = aten::mul.Tensor(%relu, 2)"));
  EXPECT_EQ(graph.outputs.at(0), Argument(ValueRef{value_of(graph, "linear_1")}));
  EXPECT_EQ(graph.frames.at(static_cast<std::size_t>(graph.nodes.at(2).frame)).path, "r")
      << "a body without stacks is its caller's";
  ASSERT_EQ(graph.dropped.size(), 1U);
  EXPECT_EQ(graph.dropped[0].name, "wrapped");
  EXPECT_THAT(graph.dropped[0].reason, HasSubstr("body inlined"));
}

Json autocast(Json device, bool enabled) {
  return {named_argument("", std::move(device)),      named_argument("", {{"as_scalar_type", 13}}),
          named_argument("", {{"as_bool", enabled}}), named_argument("", {{"as_bool", false}}),
          named_argument("", body("submod_1")),       named_argument("", tensor_argument("relu"))};
}

TEST(BuildGraph, InlinesAutocastOnlyWhereItChangesNothing) {
  EXPECT_EQ(
      error_of(with_higher_order("wrap_with_autocast", autocast({{"as_string", "cpu"}}, false))),
      "loaded");
  EXPECT_EQ(
      error_of(with_higher_order("wrap_with_autocast", autocast({{"as_string", "cuda"}}, true))),
      "loaded");
  EXPECT_THAT(
      error_of(with_higher_order("wrap_with_autocast", autocast({{"as_string", "cpu"}}, true))),
      HasSubstr("export the model in its final element type, without autocast"));
}

Json cond(Json predicate) {
  Json other = body("false_graph");
  other["as_graph"]["graph"]["nodes"][0]["target"] = "torch.ops.aten.add.Tensor";
  return {named_argument("", std::move(predicate)), named_argument("", body("true_graph")),
          named_argument("", std::move(other)),
          named_argument("", {{"as_tensors", {{{"name", "relu"}}}}})};
}

TEST(BuildGraph, TakesTheBranchOfAFixedCondition) {
  EXPECT_THAT(to_text(load(with_higher_order("cond", cond({{"as_bool", true}})))),
              HasSubstr("aten::mul.Tensor(%relu, 2)"));
  EXPECT_THAT(to_text(load(with_higher_order("cond", cond({{"as_bool", false}})))),
              HasSubstr("aten::add.Tensor(%relu, 2, 1)"));
}

TEST(BuildGraph, TakesTheBranchOfASpecialisedCondition) {
  SmallArchive archive = with_higher_order("cond", cond({{"as_sym_bool", {{"as_name", "ge"}}}}));
  Json ge = archive.nodes()[2];
  ge["target"] = "_operator.ge";
  ge["inputs"] = Json::array();
  ge["outputs"] = {{{"as_sym_bool", {{"as_name", "ge"}}}}};
  ge["name"] = "ge";
  archive.nodes().insert(archive.nodes().begin() + 2, ge);
  archive.graph()["sym_bool_values"]["ge"] = {
      {"as_expr", {{"expr_str", "s0 >= 2"}, {"hint", {{"as_bool", false}}}}}};
  const Graph graph = load(archive);
  EXPECT_THAT(to_text(graph), HasSubstr("aten::add.Tensor(%relu, 2, 1)"));
  EXPECT_EQ(graph.dropped.at(0).op, "_operator.ge");
}

TEST(BuildGraph, ComparesKnownNumbersWhereExportRecordedNoHint) {
  const auto with = [](Json hint, std::int64_t right) {
    SmallArchive archive = with_higher_order("cond", cond({{"as_sym_bool", {{"as_name", "gt"}}}}));
    Json gt = archive.nodes()[2];
    gt["target"] = "_operator.gt";
    gt["inputs"] = {named_argument("a", {{"as_int", 4}}), named_argument("b", {{"as_int", right}})};
    gt["outputs"] = {{{"as_sym_bool", {{"as_name", "gt"}}}}};
    gt["name"] = "gt";
    archive.nodes().insert(archive.nodes().begin() + 2, gt);
    archive.graph()["sym_bool_values"]["gt"] = {
        {"as_expr", {{"expr_str", "4 > s0"}, {"hint", std::move(hint)}}}};
    return archive;
  };
  EXPECT_THAT(to_text(load(with(nullptr, 3))), HasSubstr("aten::mul.Tensor(%relu, 2)"));
  EXPECT_THAT(to_text(load(with(nullptr, 4))), HasSubstr("aten::add.Tensor(%relu, 2, 1)"));
  EXPECT_THAT(error_of(with({{"as_bool", true}}, 4)),
              HasSubstr("'gt' is computed as false; its hint says true"));
}

TEST(BuildGraph, KeepsBothBranchesWhereATensorDecides) {
  const std::string text = to_text(load(with_higher_order("cond", cond(tensor_argument("relu")))));
  const auto place = [&](const std::string& part) { return text.find(part); };
  EXPECT_LT(place("higher_order::cond_then(%relu)"), place("aten::mul.Tensor(%relu, 2)")) << text;
  EXPECT_LT(place("aten::mul.Tensor(%relu, 2)"), place("higher_order::cond_else(%relu)"));
  EXPECT_LT(place("higher_order::cond_else(%relu)"), place("aten::add.Tensor(%relu, 2, 1)"));
  EXPECT_LT(place("aten::add.Tensor(%relu, 2, 1)"), place("higher_order::cond(%relu, ["));
  EXPECT_NE(place("higher_order::cond(%relu, ["), std::string::npos);
}

TEST(BuildGraph, RefusesOtherHigherOrderOperators) {
  EXPECT_THAT(error_of(with_higher_order("while_loop", cond({{"as_bool", true}}))),
              HasSubstr("'while_loop'"));
}

TEST(BuildGraph, RefusesABodyWithOtherOperandsOrResults) {
  SmallArchive operands =
      with_higher_order("wrap_with_set_grad_enabled",
                        {named_argument("", {{"as_bool", false}}), named_argument("", body("b"))});
  EXPECT_THAT(error_of(operands), HasSubstr("got 0, expected 1"));
  SmallArchive results =
      with_higher_order("wrap_with_set_grad_enabled",
                        {named_argument("", {{"as_bool", false}}), named_argument("", body("b")),
                         named_argument("", tensor_argument("relu"))});
  results.nodes()[2]["outputs"].push_back(tensor_argument("more"));
  EXPECT_THAT(error_of(results), HasSubstr("results"));
}

SmallArchive with_dynamic_batch(Json hint) {
  SmallArchive archive;
  const Json size = {{"as_expr", {{"expr_str", "Symbol('s77')"}, {"hint", std::move(hint)}}}};
  for (const char* name : {"x", "linear", "relu"})
    archive.graph()["tensor_values"][name]["sizes"][0] = size;
  archive.graph()["sym_int_values"]["sym_size_int"] = size;
  archive.add_node(
      "torch.ops.aten.sym_size.int",
      {named_argument("self", tensor_argument("x")), named_argument("dim", {{"as_int", 0}})},
      "unused", {});
  archive.nodes()[2]["outputs"] = {{{"as_sym_int", {{"as_name", "sym_size_int"}}}}};
  archive.nodes()[2]["name"] = "sym_size_int";
  archive.add_node("torch.ops.aten.view.default",
                   {named_argument("self", tensor_argument("relu")),
                    named_argument("size", {{"as_sym_ints",
                                             {{{"as_name", "sym_size_int"}}, {{"as_int", -1}}}}})},
                   "view", {2, 4});
  archive.set_output("view");
  return archive;
}

TEST(BuildGraph, SpecialisesSymbolicSizesToTheirHints) {
  const Graph graph = load(with_dynamic_batch({{"as_int", 2}}));
  EXPECT_THAT(to_text(graph), HasSubstr("%view = aten::view(%relu, [2, -1])"));
  EXPECT_THAT(graph.values.at(static_cast<std::size_t>(value_of(graph, "x"))).meta.sizes,
              ElementsAre(2, 3));
  ASSERT_EQ(graph.dropped.size(), 1U);
  EXPECT_EQ(graph.dropped[0].name, "sym_size_int");
  ASSERT_EQ(graph.log.size(), 2U);
  EXPECT_EQ(graph.log[0].decision, "size specialised to 2");
  EXPECT_EQ(graph.log[1].decision, "specialised to 2");
}

TEST(BuildGraph, RefusesANumberWithoutAHint) {
  EXPECT_THAT(error_of(with_dynamic_batch(nullptr)), HasSubstr("[load.no_hint]"));
}

// assert lengths.max().item() <= 4
TEST(BuildGraph, DropsANumberOfTheDataThatOnlyAssertionsRead) {
  SmallArchive archive;
  archive.graph()["sym_int_values"]["item"] = {
      {"as_expr", {{"expr_str", "Symbol('u0', integer=True)"}, {"hint", nullptr}}}};
  archive.graph()["sym_bool_values"]["le"] = {
      {"as_expr", {{"expr_str", "u0 <= 4"}, {"hint", nullptr}}}};
  archive.add_node("torch.ops.aten.item.default",
                   Json::array({named_argument("self", tensor_argument("relu"))}), "item", {});
  archive.nodes()[2]["outputs"] = {{{"as_sym_int", {{"as_name", "item"}}}}};
  archive.add_node("_operator.le",
                   {named_argument("a", {{"as_sym_int", {{"as_name", "item"}}}}),
                    named_argument("b", {{"as_int", 4}})},
                   "le", {});
  archive.nodes()[3]["outputs"] = {{{"as_sym_bool", {{"as_name", "le"}}}}};
  archive.add_node("torch.ops.aten._assert_scalar.default",
                   {named_argument("self", {{"as_sym_bool", {{"as_name", "le"}}}}),
                    named_argument("assert_msg", {{"as_string", "too long"}})},
                   "_assert", {});
  archive.nodes()[4]["outputs"] = Json::array();
  archive.set_output("relu");
  const Graph graph = load(archive);
  EXPECT_EQ(graph.nodes.size(), 2U);
  ASSERT_EQ(graph.dropped.size(), 3U);
  EXPECT_EQ(graph.dropped[0].reason, "computes a number that only assertions read");
  EXPECT_EQ(graph.dropped[2].reason, "asserts something of a number that depends on the data");
}

TEST(BuildGraph, CopiesAResultIntoTheTensorThatItIsWrittenTo) {
  SmallArchive archive;
  archive.add_node("torch.ops.aten.div.out",
                   {named_argument("self", tensor_argument("relu")),
                    named_argument("other", tensor_argument("relu")),
                    named_argument("out", tensor_argument("linear"))},
                   "div", {2, 4});
  archive.add_node("torch.ops.aten.neg.default",
                   Json::array({named_argument("self", tensor_argument("div"))}), "neg", {2, 4});
  archive.set_output("neg");
  EXPECT_THAT(to_text(load(archive)), HasSubstr("%div = aten::div.Tensor(%relu, %relu)\n"
                                                "%copy_linear = aten::copy_(%linear, %div, False)\n"
                                                "%neg = aten::neg(%copy_linear)\n"));
}

TEST(BuildGraph, LogsConstantInputs) {
  SmallArchive archive;
  archive.graph()["inputs"].push_back({{"as_bool", true}});
  archive.signature()["input_specs"].push_back(
      {{"constant_input", {{"name", "flag"}, {"value", {{"as_bool", true}}}}}});
  const Graph graph = load(archive);
  EXPECT_THAT(graph.input_names, ElementsAre("x"));
  ASSERT_EQ(graph.log.size(), 1U);
  EXPECT_EQ(graph.log[0].subject, "flag");
}

TEST(BuildGraph, KeepsConstantAndRepeatedOutputs) {
  SmallArchive archive;
  const Json outputs = {tensor_argument("relu"),
                        tensor_argument("relu"),
                        {{"as_none", true}},
                        {{"as_int", 3}},
                        tensor_argument("x")};
  archive.graph()["outputs"] = outputs;
  archive.signature()["output_specs"] = Json::array();
  for (const Json& output : outputs)
    archive.signature()["output_specs"].push_back({{"user_output", {{"arg", output}}}});
  const Graph graph = load(archive);
  const ValueRef relu{value_of(graph, "relu")};
  EXPECT_THAT(graph.outputs,
              ElementsAre(Argument(relu), Argument(relu), Argument(NoneArgument{}),
                          Argument(std::int64_t{3}), Argument(ValueRef{value_of(graph, "x")})));
}

TEST(BuildGraph, ReturnsAParameterThroughOneAlias) {
  SmallArchive archive;
  const Json weight = tensor_argument("p_linear_weight");
  for (int i = 0; i < 2; ++i) {
    archive.graph()["outputs"].push_back(weight);
    archive.signature()["output_specs"].push_back({{"user_output", {{"arg", weight}}}});
  }
  const Graph graph = load(archive);
  EXPECT_THAT(to_text(graph),
              HasSubstr("%alias_p_linear_weight = aten::alias(%p_linear_weight)\n"));
  const Argument alias = ValueRef{value_of(graph, "alias_p_linear_weight")};
  EXPECT_THAT(graph.outputs,
              ElementsAre(Argument(ValueRef{value_of(graph, "relu")}), alias, alias));
  EXPECT_EQ(graph.nodes.size(), 3U);
}

TEST(BuildGraph, EndsAFunctionalProgramWithItsMutations) {
  SmallArchive archive;
  archive.graph()["outputs"].push_back(tensor_argument("relu"));
  archive.signature()["output_specs"].push_back(
      {{"user_input_mutation", {{"arg", {{"name", "relu"}}}, {"user_input_name", "x"}}}});
  const Graph graph = load(archive);
  EXPECT_THAT(to_text(graph), HasSubstr("%copy_x = aten::copy_(%x, %relu, False)"));
  EXPECT_EQ(graph.outputs.size(), 1U);
  archive.signature()["output_specs"][1]["user_input_mutation"]["user_input_name"] = "nobody";
  EXPECT_THAT(error_of(archive), HasSubstr("got 'nobody'"));
}

TEST(BuildGraph, ReadsBuffersAndConstantsFromTheirConfigurations) {
  SmallArchive archive;
  archive.signature()["input_specs"][0] = {
      {"buffer",
       {{"arg", {{"name", "p_linear_weight"}}}, {"buffer_name", "table"}, {"persistent", false}}}};
  archive.signature()["input_specs"][1] = {
      {"tensor_constant", {{"arg", {{"name", "p_linear_bias"}}}, {"tensor_constant_name", "k"}}}};
  archive.constants["config"] = {{"table", archive.weights["config"]["linear.weight"]},
                                 {"k", archive.weights["config"]["linear.bias"]}};
  archive.records["data/constants/weight_0"] = archive.records["data/weights/weight_0"];
  archive.records["data/constants/weight_1"] = archive.records["data/weights/weight_1"];
  const Graph graph = load(archive);
  EXPECT_EQ(graph.parameters.at(0).kind, ParameterKind::kBuffer);
  EXPECT_FALSE(graph.parameters.at(0).persistent);
  EXPECT_EQ(graph.parameters.at(1).kind, ParameterKind::kConstant);
  EXPECT_EQ(graph.storages.at(0).record, "data/constants/weight_0");
}

}  // namespace
}  // namespace strata
