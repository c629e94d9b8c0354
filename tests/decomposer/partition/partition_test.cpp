#include "decomposer/partition/partition.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "kernels_l0/error.h"
#include "tests/decomposer/partition/small_models.h"
#include "tests/decomposer/tree/dump.h"

namespace strata {
namespace {

int operator_calls(const Component& component, const std::string& name) {
  return static_cast<int>(std::ranges::count_if(component.body, [&](const Statement& statement) {
    const auto* call = std::get_if<OperatorCall>(&statement);
    return call != nullptr && call->op->name == name;
  }));
}

std::vector<std::string> child_names(const Component& component) {
  std::vector<std::string> names;
  for (const Child& child : component.children) names.push_back(registered_name(child));
  return names;
}

TEST(Partition, MakesEqualLayersOneComponent) {
  const Parted model = parted(residual_stack(3));
  EXPECT_EQ(count_called(model.tree, "residual_layer"), 1);
  const Component& layer = component_called(model.tree, "residual_layer");
  EXPECT_EQ(layer.level, 2);
  EXPECT_EQ(layer.name, "residual_layer_2x8_fp32");
  EXPECT_EQ(layer.class_name, "zoo.ResidualLayer");
}

TEST(Partition, KeepsResidualAddInParent) {
  const Parted model = parted(residual_stack(2));
  EXPECT_EQ(operator_calls(component_called(model.tree, "residual_layer"), "add"), 1);
}

TEST(Partition, NamesListMembersByTheAuthorsPath) {
  const Parted model = parted(residual_stack(2));
  EXPECT_EQ(child_names(model.tree.components.back()),
            (std::vector<std::string>{"layers_0", "layers_1", "head"}));
  EXPECT_EQ(model.tree.components.back().children[1].name, "layers");
  EXPECT_EQ(model.tree.components.back().children[1].index, 1);
}

// A model that is one list: every node of it lies in the list's frame.
TEST(Partition, ListsTheItemsOfAModelThatIsOneList) {
  std::string text = "input %x0 : fp32[2,8]\n";
  std::string body;
  for (int i = 0; i < 3; ++i) {
    text += fmt::format(
        "parameter %a{0} \"body.{0}.0.weight\" : fp32[8,8]\n"
        "parameter %b{0} \"body.{0}.2.weight\" : fp32[8,8]\n",
        i);
    body += fmt::format(
        "%p{0} = aten::linear(%x{0}, %a{0}) : fp32[2,8] @body/{0}/0\n"
        "%r{0} = aten::relu(%p{0}) : fp32[2,8] @body/{0}/1\n"
        "%x{1} = aten::linear(%r{0}, %b{0}) : fp32[2,8] @body/{0}/2\n",
        i, i + 1);
  }
  const Parted model = parted(text + body + "return %x3\n");
  const Component& root = model.tree.components.back();
  EXPECT_EQ(child_names(root), (std::vector<std::string>{"body_0", "body_1", "body_2"}));
  EXPECT_EQ(root.children[2].name, "body");
  EXPECT_EQ(root.children[2].index, 2);
}

// blocks.0.0, blocks.0.1, blocks.1.0, blocks.1.1: the stages dissolve, for they hold one class.
TEST(Partition, ListsTheItemsOfAListOfListsByStage) {
  std::string text = "input %x0 : fp32[2,8]\n";
  std::string body;
  for (int i = 0; i < 4; ++i) {
    const std::string path = fmt::format("{}/{}", i / 2, i % 2);
    text += fmt::format(
        "parameter %a{0} \"blocks.{1}.{2}.up.weight\" : fp32[8,8]\n"
        "parameter %b{0} \"blocks.{1}.{2}.down.weight\" : fp32[8,8]\n",
        i, i / 2, i % 2);
    body += fmt::format(
        "%p{0} = aten::linear(%x{0}, %a{0}) : fp32[2,8] @blocks/{2}/up\n"
        "%r{0} = aten::relu(%p{0}) : fp32[2,8] @blocks/{2}\n"
        "%d{0} = aten::linear(%r{0}, %b{0}) : fp32[2,8] @blocks/{2}/down\n"
        "%x{1} = aten::add.Tensor(%x{0}, %d{0}) : fp32[2,8] @blocks/{2}\n",
        i, i + 1, path);
  }
  const Parted model = parted(text + body + "return %x4\n");
  const Component& root = model.tree.components.back();
  EXPECT_EQ(child_names(root),
            (std::vector<std::string>{"blocks_0_0", "blocks_0_1", "blocks_1_0", "blocks_1_1"}));
  EXPECT_EQ(root.children[3].name, "blocks_1");
  EXPECT_EQ(root.children[3].index, 1);
}

// Sequential(*layers) has numbers for its items and no name.
TEST(Partition, ListsTheItemsOfAModelThatHasNoNamesForThem) {
  std::string text = "input %x0 : fp32[2,8]\n";
  std::string body;
  for (int i = 0; i < 3; ++i) {
    text += fmt::format(
        "parameter %a{0} \"{0}.0.weight\" : fp32[8,8]\n"
        "parameter %b{0} \"{0}.2.weight\" : fp32[8,8]\n",
        i);
    body += fmt::format(
        "%p{0} = aten::linear(%x{0}, %a{0}) : fp32[2,8] @{0}/0\n"
        "%r{0} = aten::relu(%p{0}) : fp32[2,8] @{0}/1\n"
        "%x{1} = aten::linear(%r{0}, %b{0}) : fp32[2,8] @{0}/2\n",
        i, i + 1);
  }
  const Parted model = parted(text + body + "return %x3\n");
  const Component& root = model.tree.components.back();
  ASSERT_EQ(root.children.size(), 3U);
  EXPECT_EQ(root.children[2].name, root.children[0].name);
  EXPECT_EQ(root.children[2].index, 2);
}

// Three layers that the author called block1, block2 and block3.
TEST(Partition, ListsLayersInARowThatAreNumberedByName) {
  std::string text = "input %x1 : fp32[2,8]\n";
  std::string body;
  for (int i = 1; i <= 3; ++i) {
    text += fmt::format(
        "parameter %a{0} \"block{0}.up.weight\" : fp32[8,8]\n"
        "parameter %b{0} \"block{0}.down.weight\" : fp32[8,8]\n",
        i);
    body += fmt::format(
        "%p{0} = aten::linear(%x{0}, %a{0}) : fp32[2,8] @block{0}/up\n"
        "%r{0} = aten::relu(%p{0}) : fp32[2,8] @block{0}\n"
        "%x{1} = aten::linear(%r{0}, %b{0}) : fp32[2,8] @block{0}/down\n",
        i, i + 1);
  }
  const Parted model = parted(text + body + "return %x4\n");
  const Component& root = model.tree.components.back();
  EXPECT_EQ(child_names(root), (std::vector<std::string>{"block_1", "block_2", "block_3"}));
  EXPECT_EQ(root.children[2].name, "block");
  EXPECT_EQ(root.children[2].index, 3);
}

// The list `l` holds linears; what fuses the last two with what is between them is no item of it.
TEST(Partition, WhatIsNoItemOfAListHasAnotherName) {
  std::string text = "input %x0 : fp32[2,4]\n";
  std::string body;
  for (int i = 0; i < 3; ++i) {
    text += fmt::format("parameter %w{0} \"l.{0}.weight\" : fp32[4,4]\n", i);
    body += fmt::format(
        "%p{0} = aten::linear(%x{0}, %w{0}) : fp32[2,4] @l.{0}\n"
        "%g{0} = aten::gelu(%p{0}) : fp32[2,4]\n"
        "%x{1} = aten::mul.Tensor(%g{0}, 0.5) : fp32[2,4]\n",
        i, i + 1);
  }
  const Parted model = parted(text + body + "return %x3\n");
  EXPECT_EQ(child_names(model.tree.components.back()),
            (std::vector<std::string>{"l_0", "gelu", "mlp"}));
}

TEST(Partition, FusesAStraightLineOfKernels) {
  const Parted model = parted(residual_stack(2));
  EXPECT_EQ(child_names(component_called(model.tree, "residual_layer")),
            (std::vector<std::string>{"norm", "mlp"}));
  EXPECT_EQ(component_called(model.tree, "mlp").level, 1);
  EXPECT_EQ(child_names(component_called(model.tree, "mlp")),
            (std::vector<std::string>{"up", "act", "down"}));
}

TEST(Partition, ReadsLikeAPersonsCode) {
  const Parted model = parted(residual_stack(1));
  EXPECT_EQ(dump_body(model.tree, component_called(model.tree, "residual_layer")),
            "residual_layer_2x8_fp32(x):\n"
            "  normed = norm(x)\n"
            "  hidden = mlp(normed)\n"
            "  x = aten::add(x, hidden)\n"
            "  return x\n");
}

TEST(Partition, SaysWhereEveryInstanceComesFrom) {
  const Parted model = parted(residual_stack(2));
  std::vector<std::string> paths;
  for (const Instance& instance : model.tree.instances) {
    paths.push_back(instance.path + " <- " + instance.original_path);
  }
  EXPECT_TRUE(std::ranges::count(paths, "layers_1.mlp.up <- layers.1.up"));
  EXPECT_TRUE(std::ranges::count(paths, "head <- head"));
}

TEST(Partition, GivesTheSameTreeEveryTime) {
  const std::string once = dump(parted(residual_stack(4)).tree);
  EXPECT_EQ(once, dump(parted(residual_stack(4)).tree));
}

TEST(Partition, GivesADeepStackNoMoreComponentsThanAShallowOne) {
  EXPECT_EQ(parted(residual_stack(48)).tree.components.size(),
            parted(residual_stack(2)).tree.components.size());
}

TEST(Partition, SharesOneChildWhenAModuleIsCalledAgain) {
  const Parted model = parted(R"(
input %x : fp32[2,8]
parameter %u "body.up.weight" : fp32[16,8]
parameter %d "body.down.weight" : fp32[8,16]
class body = zoo.Body
%p = aten::linear(%x, %u) : fp32[2,16] @body/up
%q = aten::linear(%p, %d) : fp32[2,8] @body/down
%y = aten::add.Tensor(%x, %q) : fp32[2,8]
%r = aten::linear(%y, %u) : fp32[2,16] @body@1/up@1
%s = aten::linear(%r, %d) : fp32[2,8] @body@1/down@1
%z = aten::add.Tensor(%y, %s) : fp32[2,8]
return %z
)");
  const Component& root = model.tree.components.back();
  EXPECT_EQ(child_names(root), std::vector<std::string>{"body"});
  std::vector<int> calls;
  for (const InstanceId id : children_of(model.tree, 0)) {
    EXPECT_EQ(model.tree.instances[id].path, "body");
    calls.push_back(model.tree.instances[id].call);
  }
  EXPECT_EQ(calls, (std::vector<int>{0, 1}));
}

TEST(Partition, SharesOneFusionWhenItsModuleIsCalledAgain) {
  // An unrolled recurrence: one linear, called three times, each time with a tanh after it.
  const Parted model = parted(R"(
input %x : fp32[2,8]
parameter %w "cell.weight" : fp32[8,8]
parameter %v "out.weight" : fp32[8,8]
%a = aten::linear(%x, %w) : fp32[2,8] @cell
%b = aten::tanh(%a) : fp32[2,8]
%c = aten::linear(%b, %w) : fp32[2,8] @cell@1
%d = aten::tanh(%c) : fp32[2,8]
%e = aten::linear(%d, %w) : fp32[2,8] @cell@2
%f = aten::tanh(%e) : fp32[2,8]
%y = aten::layer_norm(%f, [8]) : fp32[2,8]
%z = aten::linear(%y, %v) : fp32[2,8] @out
return %z
)");
  EXPECT_EQ(child_names(model.tree.components.back()),
            (std::vector<std::string>{"cell", "layer_norm", "out"}));
  EXPECT_EQ(component_called(model.tree, "linear_tanh").level, 1);
}

TEST(Partition, DissolvesAModuleThatHoldsItsOwnClass) {
  const Parted model = parted(R"(
input %x : fp32[2,8]
parameter %w "outer.inner.weight" : fp32[8,8]
class outer = zoo.Nested
class outer.inner = zoo.Nested
%a = aten::softmax.int(%x, -1) : fp32[2,8] @outer
%b = aten::linear(%a, %w) : fp32[2,8] @outer/inner
%c = aten::sigmoid(%b) : fp32[2,8] @outer/inner
%d = aten::relu(%c) : fp32[2,8] @outer
%e = aten::layer_norm(%d, [8]) : fp32[2,8]
return %e
)");
  ASSERT_EQ(count_called(model.tree, "nested"), 1);
  EXPECT_EQ(child_names(component_called(model.tree, "nested")),
            (std::vector<std::string>{"linear", "sigmoid"}));
}

// `count` modules in a row, each a softmax before a module of three linears with activations; no
// two of one size.
std::string wrappers(int count) {
  std::string text = "input %x0 : fp32[2,4]\n";
  std::string body;
  for (int i = 0; i < count; ++i) {
    text += fmt::format("class b{0} = zoo.Down\nclass b{0}.conv = zoo.Convolutions\n", i);
    body += fmt::format("%s{0} = aten::softmax.int(%x{0}, -1) : fp32[2,{1}] @b{0}/pre\n", i, 4 + i);
    std::string before = fmt::format("s{}", i);
    for (int k = 0; k < 3; ++k) {
      const int from = 4 + i;
      const int to = k == 2 ? from + 1 : from;
      text +=
          fmt::format("parameter %w{0}_{1} \"b{0}.conv.w{1}\" : fp32[{2},{3}]\n", i, k, to, from);
      body += fmt::format("%l{0}_{1} = aten::linear(%{2}, %w{0}_{1}) : fp32[2,{3}] @b{0}/conv\n", i,
                          k, before, to);
      const std::string result = k == 2 ? fmt::format("x{}", i + 1) : fmt::format("r{}_{}", i, k);
      body +=
          fmt::format("%{} = aten::relu(%l{}_{}) : fp32[2,{}] @b{}/conv\n", result, i, k, to, i);
      before = result;
    }
  }
  return text + body + fmt::format("return %x{}\n", count);
}

TEST(Partition, KeepsWrappersWhereTheModelWouldBeTooBroad) {
  const Parted few = parted(wrappers(3));
  EXPECT_EQ(count_called(few.tree, "convolutions"), 3);
  EXPECT_EQ(count_called(few.tree, "down"), 0);
  const Parted many = parted(wrappers(12));
  EXPECT_EQ(count_called(many.tree, "down"), 12);
  EXPECT_EQ(component_called(many.tree, "down").level, 2);
  EXPECT_EQ(component_called(many.tree, "convolutions").level, 1);
  EXPECT_EQ(many.tree.components.back().children.size(), 12u);
}

TEST(Partition, LeavesAModelOfPlumbingAlone) {
  const Parted model = parted(R"(
input %x : fp32[2,3]
%y = aten::view(%x, [3, 2]) : fp32[3,2]
return %y
)");
  EXPECT_EQ(model.tree.components.size(), 1u);
}

TEST(Partition, RefusesAParameterAsResult) {
  try {
    parted(
        "input %x : fp32[2]\nparameter %w \"w\" : fp32[2]\n%y = aten::relu(%x) : fp32[2]\nreturn "
        "%y, %w\n");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "partition.parameter_result");
  }
}

TEST(Partition, GivesModulesWithOtherWeightsAChildEach) {
  const Parted model = parted(R"(
input %x : fp32[2,8]
parameter %u "first.weight" : fp32[8,8]
parameter %d "second.weight" : fp32[8,8]
%p = aten::linear(%x, %u) : fp32[2,8] @first
%q = aten::layer_norm(%p, [8]) : fp32[2,8]
%y = aten::linear(%q, %d) : fp32[2,8] @second
return %y
)");
  EXPECT_EQ(child_names(model.tree.components.back()),
            (std::vector<std::string>{"first", "layer_norm", "second"}));
  EXPECT_EQ(count_called(model.tree, "linear"), 1);
}

TEST(Partition, MakesNoSecondDefinitionWhereOneInstanceLeavesAnOutputUnused) {
  const Parted model = parted(R"(
input %x : fp32[2,8]
%a, %i = aten::topk(%x, 8) : fp32[2,8], i64[2,8] @first
%b, %j = aten::topk(%a, 8) : fp32[2,8], i64[2,8] @second
return %b, %j
)");
  ASSERT_EQ(count_called(model.tree, "top_k"), 1);
  EXPECT_EQ(component_called(model.tree, "top_k").outputs.size(), 2u);
  const auto& first = std::get<ChildCall>(model.tree.components.back().body.front());
  EXPECT_EQ(first.outputs[1], kNone);
}

TEST(Partition, MakesTwoDefinitionsWhereAnAttributeDiffers) {
  const Parted model = parted(R"(
input %x : fp32[4,4]
%a = aten::softmax.int(%x, -1) : fp32[4,4]
%b = aten::softmax.int(%a, 0) : fp32[4,4]
return %b
)");
  std::vector<std::string> names;
  for (const Component& component : model.tree.components) names.push_back(component.name);
  EXPECT_TRUE(std::ranges::count(names, "softmax_4x4_fp32"));
  EXPECT_TRUE(std::ranges::count(names, "softmax_4x4_dim0_fp32"));
}

TEST(Partition, MakesTwoDefinitionsWhereAParametersStridesDiffer) {
  const Parted model = parted(R"(
input %x : fp32[2,8]
parameter %u "first.weight" : fp32[8,8]
parameter %d "second.weight" : fp32[8,8]{1,8}
%p = aten::linear(%x, %u) : fp32[2,8] @first
%q = aten::layer_norm(%p, [8]) : fp32[2,8]
%y = aten::linear(%q, %d) : fp32[2,8] @second
return %y
)");
  EXPECT_EQ(count_called(model.tree, "linear"), 2);
}

TEST(Partition, HashesStructureAndNotNames) {
  std::string renamed = residual_stack(1);
  for (std::size_t at = 0; (at = renamed.find("layers.0", at)) != std::string::npos;) {
    renamed.replace(at, 8, "blocks.7");
  }
  EXPECT_EQ(parted(renamed).tree.components.back().hash,
            parted(residual_stack(1)).tree.components.back().hash);
}

TEST(Partition, MakesOneMemberOfAParameterThatIsReadTwice) {
  const Parted model = parted(R"(
input %x : fp32[2,8]
parameter %w "bias" : fp32[8]
%y = aten::layer_norm(%x, [8], %w, %w) : fp32[2,8]
return %y
)");
  const Component& norm = component_called(model.tree, "layer_norm");
  ASSERT_EQ(norm.parameters.size(), 1u);
  EXPECT_EQ(norm.parameters[0].name, "bias");
}

TEST(Partition, DissolvesAModuleThatOtherModulesInterrupt) {
  // Module `a` runs before and after module `b`, which needs its first result: as one component it
  // would wait for itself.
  const Parted model = parted(R"(
input %x : fp32[2,8]
class a = zoo.Interrupted
class b = zoo.Interrupter
%p = aten::softmax.int(%x, -1) : fp32[2,8] @a
%q = aten::tanh(%p) : fp32[2,8] @b
%r = aten::sigmoid(%q) : fp32[2,8] @b
%s = aten::relu(%r) : fp32[2,8] @a
return %s
)");
  EXPECT_EQ(count_called(model.tree, "interrupted"), 0);
  EXPECT_EQ(count_called(model.tree, "interrupter"), 1);
  EXPECT_TRUE(std::ranges::any_of(model.tree.log,
                                  [](const LogEntry& entry) { return entry.stage == "repair"; }));
}

TEST(Partition, KeepsTheAuthorsInputNames) {
  const Parted model = parted(R"(
input %pixels : fp32[1,3,8,8]
parameter %w "stem.weight" : fp32[4,3,3,3]
%y = aten::conv2d(%pixels, %w) : fp32[1,4,6,6] @stem
return %y
)");
  const Component& root = model.tree.components.back();
  EXPECT_EQ(root.locals[root.inputs.front()].name, "pixels");
}

TEST(Partition, ReturnsInputsAndRepeatedResults) {
  const Parted model = parted(R"(
input %x : fp32[2,8]
%y = aten::relu(%x) : fp32[2,8]
return %y, %x, %y
)");
  const Component& root = model.tree.components.back();
  ASSERT_EQ(root.outputs.size(), 3u);
  EXPECT_EQ(root.outputs[0], root.outputs[2]);
  EXPECT_EQ(root.outputs[1], root.inputs[0]);
}

}  // namespace
}  // namespace strata
