// What models/*.json says, one change at a time; the CRCs are right.

#include <gmock/gmock.h>

#include <functional>

#include "tests/broken/small_archive.h"

namespace strata {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::ordered_json;

struct Break {
  const char* name;
  std::function<void(SmallArchive&)> change;
  const char* id;      // of the error
  const char* detail;  // part of its message
  const char* place;   // JSON Pointer, or ""
};

class BrokenProgram : public testing::TestWithParam<Break> {};

TEST_P(BrokenProgram, IsRefusedWithItsPlace) {
  SmallArchive archive;
  GetParam().change(archive);
  const std::string error = error_of(archive);
  EXPECT_THAT(error, StartsWith(std::string("[") + GetParam().id + "]"));
  EXPECT_THAT(error, HasSubstr(GetParam().detail));
  if (*GetParam().place != '\0')
    EXPECT_THAT(error, HasSubstr(std::string("#") + GetParam().place + ")"));
}

#define NODE "/graph_module/graph/nodes/"

Json& argument(SmallArchive& a, int node, int input) {
  return a
      .nodes()[static_cast<std::size_t>(node)]["inputs"][static_cast<std::size_t>(input)]["arg"];
}

const std::vector<Break> kBreaks = {
    {"SchemaMajor", [](SmallArchive& a) { a.program["schema_version"]["major"] = 9; },
     "load.schema_version", "reads schema version 8; got 9", "/schema_version/major"},
    {"SchemaMajorReal", [](SmallArchive& a) { a.program["schema_version"]["major"] = 8.0; },
     "load.json", "expected an integer", "/schema_version/major"},
    {"NoSchemaVersion", [](SmallArchive& a) { a.program.erase("schema_version"); },
     "load.missing_key", "'schema_version'", ""},
    {"UnknownKeyOfProgram", [](SmallArchive& a) { a.program["patches"] = 1; }, "load.unknown_key",
     "'patches'", "/patches"},
    {"UnknownKeyOfNode", [](SmallArchive& a) { a.nodes()[1]["guard"] = 1; }, "load.unknown_key",
     "'guard'", NODE "1/guard"},
    {"UnknownKeyOfTensor",
     [](SmallArchive& a) { a.graph()["tensor_values"]["x"]["quantised"] = true; },
     "load.unknown_key", "'quantised'", "/graph_module/graph/tensor_values/x/quantised"},
    {"NoNodes", [](SmallArchive& a) { a.graph().erase("nodes"); }, "load.missing_key", "'nodes'",
     "/graph_module/graph"},
    {"NodesAreNoList", [](SmallArchive& a) { a.nodes() = Json::object(); }, "load.json",
     "expected an array", "/graph_module/graph/nodes"},
    {"ProgramIsNoObject", [](SmallArchive& a) { a.program = Json::array(); }, "load.json",
     "expected an object", ""},
    {"UnknownTag", [](SmallArchive& a) { argument(a, 1, 0) = {{"as_quaternion", 1}}; },
     "load.unknown_tag", "'as_quaternion'", NODE "1/inputs/0/arg"},
    {"TwoTags", [](SmallArchive& a) { argument(a, 1, 0)["as_none"] = true; }, "load.unknown_tag",
     "exactly one tag; got 2", NODE "1/inputs/0/arg"},
    {"NoTag", [](SmallArchive& a) { argument(a, 1, 0) = Json::object(); }, "load.unknown_tag",
     "exactly one tag; got 0", NODE "1/inputs/0/arg"},
    {"UnknownInputSpec",
     [](SmallArchive& a) { a.signature()["input_specs"][2] = {{"mystery", Json::object()}}; },
     "load.unknown_tag", "InputSpec", "/graph_module/signature/input_specs/2"},
    {"UnknownOutputSpec",
     [](SmallArchive& a) { a.signature()["output_specs"][0] = {{"mystery", Json::object()}}; },
     "load.unknown_tag", "OutputSpec", "/graph_module/signature/output_specs/0"},
    {"RealForInteger", [](SmallArchive& a) { argument(a, 1, 0) = {{"as_int", 3.7}}; }, "load.json",
     "expected an integer", NODE "1/inputs/0/arg/as_int"},
    {"IntegerForBoolean", [](SmallArchive& a) { argument(a, 1, 0) = {{"as_bool", 1}}; },
     "load.json", "expected a boolean", NODE "1/inputs/0/arg/as_bool"},
    {"NoneIsFalse", [](SmallArchive& a) { argument(a, 0, 2) = {{"as_none", false}}; }, "load.json",
     "as_none is always true", NODE "0/inputs/2/arg/as_none"},
    {"UnknownElementType", [](SmallArchive& a) { a.graph()["tensor_values"]["x"]["dtype"] = 14; },
     "load.json", "unknown element type 14", "/graph_module/graph/tensor_values/x/dtype"},
    {"UnknownMemoryFormat", [](SmallArchive& a) { argument(a, 1, 0) = {{"as_memory_format", 9}}; },
     "load.json", "unknown memory format 9", NODE "1/inputs/0/arg/as_memory_format"},
    {"UnknownOperator",
     [](SmallArchive& a) { a.nodes()[1]["target"] = "torch.ops.aten.no_such_op.default"; },
     "schema.unknown_operator", "aten::no_such_op: the linked LibTorch has no such operator",
     NODE "1"},
    {"UnknownOverload",
     [](SmallArchive& a) { a.nodes()[1]["target"] = "torch.ops.aten.relu.Sideways"; },
     "schema.unknown_operator", "aten::relu.Sideways", NODE "1"},
    {"TargetIsNoOperator", [](SmallArchive& a) { a.nodes()[1]["target"] = "os.system"; },
     "schema.unknown_operator", "'os.system'", NODE "1"},
    {"TargetWithoutOverload", [](SmallArchive& a) { a.nodes()[1]["target"] = "torch.ops.aten"; },
     "schema.unknown_operator", "NAMESPACE.NAME.OVERLOAD", NODE "1"},
    {"UndefinedValue", [](SmallArchive& a) { argument(a, 1, 0) = tensor_argument("nobody"); },
     "load.undefined_value", "'nobody' is used before anything defines it", NODE "1/inputs/0/arg"},
    {"UseBeforeDefinition", [](SmallArchive& a) { argument(a, 0, 0) = tensor_argument("relu"); },
     "load.undefined_value", "'relu' is used before", NODE "0/inputs/0/arg"},
    {"UseOfItself", [](SmallArchive& a) { argument(a, 1, 0) = tensor_argument("relu"); },
     "load.undefined_value", "'relu' is used before", NODE "1/inputs/0/arg"},
    {"TwoProducers",
     [](SmallArchive& a) { a.nodes()[1]["outputs"][0] = tensor_argument("linear"); },
     "load.redefined_value", "got 'linear' twice", NODE "1/outputs/0"},
    {"ResultWithoutMeta", [](SmallArchive& a) { a.graph()["tensor_values"].erase("relu"); },
     "load.undefined_value", "no entry in tensor_values", NODE "1/outputs/0"},
    {"TooManyResults",
     [](SmallArchive& a) {
       a.nodes()[1]["outputs"].push_back(tensor_argument("more"));
       a.graph()["tensor_values"]["more"] = tensor_meta({1});
     },
     "graph.malformed", "has 2 results; aten::relu returns 1", ""},
    {"NothingToCompare",
     [](SmallArchive& a) {
       a.graph()["outputs"] = Json::array({{{"as_int", 3}}});
       a.signature()["output_specs"] = Json::array({{{"user_output", {{"arg", {{"as_int", 3}}}}}}});
     },
     "graph.malformed", "rule G13", ""},
    {"StridesWithoutSizes",
     [](SmallArchive& a) { a.graph()["tensor_values"]["x"]["strides"] = Json::array(); },
     "load.json", "a stride for each size; got 2 sizes and 0 strides",
     "/graph_module/graph/tensor_values/x"},
    {"NegativeSize",
     [](SmallArchive& a) { a.graph()["tensor_values"]["x"]["sizes"][0]["as_int"] = -2; },
     "load.json", "size is not negative; got -2", "/graph_module/graph/tensor_values/x/sizes/0"},
    {"AbsurdSizes",
     [](SmallArchive& a) {
       for (int i : {0, 1})
         a.graph()["tensor_values"]["x"]["sizes"][static_cast<std::size_t>(i)]["as_int"] =
             std::int64_t{1} << 40;
     },
     "load.json", "fewer than 2^62 elements", "/graph_module/graph/tensor_values/x"},
    {"AnotherDevice",
     [](SmallArchive& a) { a.graph()["tensor_values"]["x"]["device"]["type"] = "cuda"; },
     "load.device", "got 'cuda'", "/graph_module/graph/tensor_values/x"},
    {"SparseLayout", [](SmallArchive& a) { a.graph()["tensor_values"]["x"]["layout"] = 1; },
     "load.unsupported", "strided", "/graph_module/graph/tensor_values/x"},
    {"FewerInputsThanSpecs", [](SmallArchive& a) { a.graph()["inputs"].erase(2); },
     "load.signature", "got 2 inputs and 3 input_specs", "/graph_module/graph"},
    {"InputsInAnotherOrder",
     [](SmallArchive& a) { std::swap(a.graph()["inputs"][0], a.graph()["inputs"][1]); },
     "load.signature", "'p_linear_weight' is not the input at this position",
     "/graph_module/signature/input_specs/0"},
    {"OutputsInAnotherOrder",
     [](SmallArchive& a) { a.graph()["outputs"][0] = tensor_argument("linear"); }, "load.signature",
     "another name", "/graph_module/signature/output_specs/0"},
    {"MoreOutputsThanSpecs",
     [](SmallArchive& a) { a.graph()["outputs"].push_back(tensor_argument("x")); },
     "load.signature", "got 2 outputs and 1 output_specs", "/graph_module/graph"},
    {"CustomObject",
     [](SmallArchive& a) {
       a.signature()["input_specs"][2] = {
           {"custom_obj",
            {{"arg", {{"name", "x"}, {"class_fqn", "C"}}}, {"custom_obj_name", "obj"}}}};
     },
     "load.unsupported", "'obj' is a custom object", "/graph_module/signature/input_specs/2"},
    {"Gradients",
     [](SmallArchive& a) {
       a.signature()["output_specs"][0] = {
           {"gradient_to_parameter",
            {{"arg", {{"name", "relu"}}}, {"parameter_name", "linear.bias"}}}};
     },
     "load.unsupported", "the program returns gradients", "/graph_module/signature/output_specs/0"},
    {"ModuleStack", [](SmallArchive& a) { a.nodes()[1]["metadata"]["nn_module_stack"] = "a,b"; },
     "load.module_stack", "key,path,class; got 2 parts", NODE "1/metadata"},
};

INSTANTIATE_TEST_SUITE_P(Breaks, BrokenProgram, testing::ValuesIn(kBreaks),
                         [](const auto& broken) { return std::string(broken.param.name); });

TEST(BrokenProgramText, RepeatedKeysAreRefused) {
  auto entries = SmallArchive().entries();
  std::string& text = entries["models/model.json"];
  text.replace(text.find("\"name\":\"relu\"}]"), 0, "");
  const std::size_t at = text.find("\"target\":\"torch.ops.aten.relu.default\"");
  text.insert(at, "\"target\":\"torch.ops.aten.neg.default\",");
  EXPECT_THAT(
      error_of(zip_of(entries)),
      testing::AllOf(HasSubstr("got 'target' twice"), HasSubstr("#/graph_module/graph/nodes/1)")));
}

TEST(BrokenProgramText, WhatIsNoJsonIsRefused) {
  for (const char* text : {"", "{", "[1, 2", "hello", "\xff\xfe"}) {
    auto entries = SmallArchive().entries();
    entries["models/model.json"] = text;
    EXPECT_THAT(error_of(zip_of(entries)),
                HasSubstr("[load.json] models/model.json: not valid JSON"));
  }
}

TEST(BrokenProgramText, NestingThatWouldExhaustTheStackIsRefused) {
  auto entries = SmallArchive().entries();
  entries["models/model.json"] = std::string(8'000'000, '[');
  EXPECT_THAT(error_of(zip_of(entries)), HasSubstr("nest at most 64 deep"));
}

TEST(BrokenProgramText, BodiesInBodiesThatWouldExhaustTheStackAreRefused) {
  SmallArchive archive;
  Json body = archive.graph();
  for (int depth = 0; depth < 200; ++depth) {
    Json outer = archive.graph();
    outer["nodes"][0]["inputs"][0]["arg"] = {{"as_graph", {{"name", "body"}, {"graph", body}}}};
    body = outer;
  }
  archive.program["graph_module"]["graph"] = body;
  EXPECT_THAT(error_of(archive), HasSubstr("nest at most 64 deep"));
}

}  // namespace
}  // namespace strata
