#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "decomposer/partition/virtual_frames.h"
#include "tests/decomposer/graph_text.h"
#include "tests/decomposer/partition/small_models.h"

namespace strata {
namespace {

// Pre-norm attention and MLP with residuals, no frames at all. `names` are the parameters' names
// without layer.
std::string functional_stack(int layers, bool named) {
  std::string text = "input %x0 : fp32[1,4,8]\n";
  std::string body;
  const auto parameter = [&](const std::string& id, const std::string& name,
                             const std::string& shape) {
    static int unnamed = 0;
    text += fmt::format("parameter %{} \"{}\" : fp32{}\n", id,
                        named ? name : fmt::format("p{}", unnamed++), shape);
  };
  for (int i = 0; i < layers; ++i) {
    for (const char* projection : {"q", "k", "v", "o"}) {
      parameter(fmt::format("{}{}", projection, i),
                fmt::format("h.{}.attn.{}_proj.weight", i, projection), "[8,8]");
    }
    parameter(fmt::format("u{}", i), fmt::format("h.{}.mlp.up.weight", i), "[16,8]");
    parameter(fmt::format("d{}", i), fmt::format("h.{}.mlp.down.weight", i), "[8,16]");
    body += fmt::format(
        "%n{0} = aten::layer_norm(%x{0}, [8]) : fp32[1,4,8]\n"
        "%Q{0} = aten::linear(%n{0}, %q{0}) : fp32[1,4,8]\n"
        "%K{0} = aten::linear(%n{0}, %k{0}) : fp32[1,4,8]\n"
        "%V{0} = aten::linear(%n{0}, %v{0}) : fp32[1,4,8]\n"
        "%T{0} = aten::transpose.int(%K{0}, -2, -1) : fp32[1,8,4]\n"
        "%S{0} = aten::matmul(%Q{0}, %T{0}) : fp32[1,4,4]\n"
        "%P{0} = aten::softmax.int(%S{0}, -1) : fp32[1,4,4]\n"
        "%C{0} = aten::matmul(%P{0}, %V{0}) : fp32[1,4,8]\n"
        "%O{0} = aten::linear(%C{0}, %o{0}) : fp32[1,4,8]\n"
        "%y{0} = aten::add.Tensor(%x{0}, %O{0}) : fp32[1,4,8]\n"
        "%m{0} = aten::layer_norm(%y{0}, [8]) : fp32[1,4,8]\n"
        "%U{0} = aten::linear(%m{0}, %u{0}) : fp32[1,4,16]\n"
        "%A{0} = aten::relu(%U{0}) : fp32[1,4,16]\n"
        "%D{0} = aten::linear(%A{0}, %d{0}) : fp32[1,4,8]\n"
        "%x{1} = aten::add.Tensor(%y{0}, %D{0}) : fp32[1,4,8]\n",
        i, i + 1);
  }
  return text + body + fmt::format("return %x{}\n", layers);
}

std::vector<std::string> child_names(const Component& component) {
  std::vector<std::string> names;
  for (const Child& child : component.children) names.push_back(registered_name(child));
  return names;
}

TEST(FramelessCode, GivesLayersFromTheDataFlow) {
  const Parted model = parted(functional_stack(3, false));
  EXPECT_EQ(count_called(model.tree, "layer"), 1);
  EXPECT_EQ(component_called(model.tree, "layer").level, 2);
  EXPECT_EQ(child_names(model.tree.components.back()),
            (std::vector<std::string>{"layers_0", "layers_1", "layers_2"}));
}

TEST(FramelessCode, GivesFusionsFromTheResiduals) {
  const Parted model = parted(functional_stack(3, false));
  EXPECT_EQ(child_names(component_called(model.tree, "layer")),
            (std::vector<std::string>{"layer_norm", "attention", "layer_norm_2", "mlp"}));
  EXPECT_EQ(component_called(model.tree, "attention").level, 1);
}

TEST(FramelessCode, TakesNamesFromTheParameters) {
  const Parted model = parted(functional_stack(3, true));
  EXPECT_EQ(child_names(model.tree.components.back()),
            (std::vector<std::string>{"h_0", "h_1", "h_2"}));
  EXPECT_EQ(child_names(component_called(model.tree, "layer")),
            (std::vector<std::string>{"layer_norm", "attn", "layer_norm_2", "mlp"}));
  EXPECT_EQ(child_names(component_called(model.tree, "mlp")),
            (std::vector<std::string>{"up", "relu", "down"}));
}

TEST(FramelessCode, FindsNoLayersInFewKernels) {
  const Parted model = parted(R"(
input %x : fp32[2,8]
%a = aten::softmax.int(%x, -1) : fp32[2,8]
%b = aten::add.Tensor(%x, %a) : fp32[2,8]
%c = aten::softmax.int(%b, -1) : fp32[2,8]
%d = aten::add.Tensor(%b, %c) : fp32[2,8]
return %d
)");
  EXPECT_EQ(count_called(model.tree, "layer"), 0);
}

// Items of a list of lists are never called themselves.
constexpr const char* kListOfLists = R"(
input %x0 : fp32[2,8]
parameter %u0 "layers.0.1.weight" : fp32[8,8]
parameter %d0 "layers.0.2.weight" : fp32[8,8]
parameter %u1 "layers.1.1.weight" : fp32[8,8]
parameter %d1 "layers.1.2.weight" : fp32[8,8]
%n0 = aten::layer_norm(%x0, [8]) : fp32[2,8] @layers.0.0
%p0 = aten::linear(%n0, %u0) : fp32[2,8] @layers.0.1
%a0 = aten::relu(%p0) : fp32[2,8]
%q0 = aten::linear(%a0, %d0) : fp32[2,8] @layers.0.2
%x1 = aten::add.Tensor(%x0, %q0) : fp32[2,8]
%n1 = aten::layer_norm(%x1, [8]) : fp32[2,8] @layers.1.0
%p1 = aten::linear(%n1, %u1) : fp32[2,8] @layers.1.1
%a1 = aten::relu(%p1) : fp32[2,8]
%q1 = aten::linear(%a1, %d1) : fp32[2,8] @layers.1.2
%x2 = aten::add.Tensor(%x1, %q1) : fp32[2,8]
%y = aten::tanh(%x2) : fp32[2,8]
return %y
)";

TEST(VirtualFrames, ItemsOfListsOfListsBecomeLayers) {
  const Parted model = parted(kListOfLists);
  EXPECT_EQ(child_names(model.tree.components.back()),
            (std::vector<std::string>{"layers_0", "layers_1", "tanh"}));
  EXPECT_EQ(component_called(model.tree, "layer").level, 2);
}

TEST(VirtualFrames, TakeWhatTheParentComputesBetweenTheirModules) {
  const auto framed = with_virtual_frames(graph_from_text(kListOfLists));
  ASSERT_TRUE(framed);
  const auto frame_of = [&](std::string_view value) {
    return framed
        ->frames[static_cast<std::size_t>(
            framed->nodes[static_cast<std::size_t>(maker_of(*framed, value))].frame)]
        .path;
  };
  EXPECT_EQ(frame_of("a0"), "layers.0");
  EXPECT_EQ(frame_of("x1"), "layers.0");
  EXPECT_EQ(frame_of("x2"), "layers.1");
  EXPECT_EQ(frame_of("y"), "");
}

TEST(VirtualFrames, AreNotMadeForPlainLists) {
  EXPECT_FALSE(with_virtual_frames(graph_from_text(residual_stack(3))));
}

// Every node of the program in one module.
std::string in_one_module(const std::string& program) {
  std::string text = "class net = zoo.Net\n";
  std::istringstream lines(program);
  for (std::string line; std::getline(lines, line);)
    text += line + (line.starts_with('%') ? " @net\n" : "\n");
  return text;
}

TEST(FramelessCode, InOneModuleGivesLayersToo) {
  std::string program = in_one_module(functional_stack(3, false));
  const std::size_t end = program.find("return %x3");
  program = program.substr(0, end) +
            "%h = aten::relu(%x3) : fp32[1,4,8] @act\n"
            "%g = aten::softmax.int(%h, -1) : fp32[1,4,8] @norm\n"
            "return %g\n";
  const Parted model = parted(program);
  EXPECT_EQ(child_names(model.tree.components.back()),
            (std::vector<std::string>{"layers_0", "layers_1", "layers_2", "act", "norm"}));
}

TEST(FramelessCode, OneLayerOfAModuleIsNoStack) {
  std::string program = in_one_module(functional_stack(1, false));
  const std::size_t end = program.find("return %x1");
  program = program.substr(0, end) + "%h = aten::relu(%x1) : fp32[1,4,8] @act\nreturn %h\n";
  EXPECT_EQ(count_called(parted(program).tree, "net"), 1);
}

// `count` elementwise kernels in a row, then a norm and a linear.
std::string elementwise_row(int count) {
  std::string text = "input %x0 : fp32[2,8]\nparameter %w : fp32[3,8]\nparameter %g : fp32[8]\n";
  for (int i = 0; i < count; ++i)
    text +=
        fmt::format("%x{} = aten::{}(%x{}) : fp32[2,8]\n", i + 1, i % 2 == 0 ? "sin" : "erf", i);
  return text + fmt::format(
                    "%n = aten::layer_norm(%x{}, [8], %g) : fp32[2,8]\n"
                    "%y = aten::linear(%n, %w) : fp32[2,3]\nreturn %y\n",
                    count);
}

TEST(FramelessCode, ADozenElementwiseKernelsInARowAreAFusion) {
  const Parted many = parted(elementwise_row(14));
  EXPECT_EQ(component_called(many.tree, "sin_chain").children.size(), 14u);
  EXPECT_EQ(many.tree.components.back().children.size(), 3u);
  // A few read well as they are.
  EXPECT_EQ(parted(elementwise_row(5)).tree.components.back().children.size(), 7u);
}

}  // namespace
}  // namespace strata
