#include "decomposer/emit/forward.h"

#include <gtest/gtest.h>

#include "decomposer/emit/component_file.h"
#include "decomposer/emit/members.h"
#include "tests/decomposer/emit/component_builder.h"
#include "tests/decomposer/emit/gpt2_tree.h"

namespace strata {
namespace {

const Sizes kSizes = {2, 4};

std::string forward_of(const std::vector<Component>& components, const Component& component) {
  return forward_text(component, members_of(component), callee_traits(components));
}

std::string forward_of(const Tree& tree, const std::string& operation) {
  for (const Component& component : tree.components) {
    if (component.operation == operation) return forward_of(tree.components, component);
  }
  return "no such component";
}

// A kernel with `inputs` inputs and `outputs` outputs.
Component kernel(const std::string& name, int inputs = 1, int outputs = 1, int level = 0) {
  ComponentBuilder builder(level, name, name);
  LocalId last = kNone;
  for (int i = 0; i < inputs; ++i) last = builder.input("x" + std::to_string(i), kSizes);
  std::vector<LocalId> results;
  for (int i = 0; i < outputs; ++i)
    results.push_back(
        builder.call("aten::relu", {ValueRef{last}}, "y" + std::to_string(i), kSizes));
  builder.returns(results);
  return builder.component();
}

TEST(Forward, Gpt2ReadsLikeItsAuthorsCode) {
  const Tree tree = gpt2_tree();
  EXPECT_EQ(forward_of(tree, "gpt2_block"),
            R"(  at::Tensor forward(at::Tensor x, const at::Tensor& mask) {
    x = x + attn->forward(ln_1->forward(x), mask);
    x = x + mlp->forward(ln_2->forward(x));
    return x;
  }
)");
  EXPECT_EQ(forward_of(tree, "gpt2_attention"),
            R"(  at::Tensor forward(const at::Tensor& x, const at::Tensor& mask) {
    auto parts = c_attn->forward(x).split(768, 2);
    at::Tensor query = parts[0].view({1, 64, 12, 64}).transpose(1, 2);
    at::Tensor key = parts[1].view({1, 64, 12, 64}).transpose(1, 2).transpose(-1, -2);
    at::Tensor value = parts[2].view({1, 64, 12, 64}).transpose(1, 2);
    at::Tensor weights = softmax->forward(matmul->forward(query, key) * 0.125 + mask);
    at::Tensor context = matmul_2->forward(weights, value).transpose(1, 2).reshape({1, 64, -1});
    return c_proj->forward(context);
  }
)");
  EXPECT_EQ(forward_of(tree, "gpt2_mlp"),
            R"(  at::Tensor forward(const at::Tensor& x) {
    return c_proj->forward(act->forward(c_fc->forward(x)));
  }
)");
  EXPECT_EQ(forward_of(tree, "gpt2"),
            R"(  at::Tensor forward(const at::Tensor& input_ids, const at::Tensor& mask) {
    at::Tensor x = wte->forward(input_ids);
    for (const auto& block : h) x = block->forward(x, mask);
    return ln_f->forward(x);
  }
)");
}

TEST(Forward, RollsALoopOverTwoListsAtOnce) {
  const std::vector<Component> components = {kernel("norm"), kernel("mix", 2)};
  ComponentBuilder model(3, "model", "model");
  const LocalId mask = model.input("mask", kSizes);
  LocalId x = model.input("x", kSizes);
  std::vector<std::int32_t> norms;
  std::vector<std::int32_t> mixes;
  for (int i = 0; i < 3; ++i) norms.push_back(model.child("norms", i, 0));
  for (int i = 0; i < 3; ++i) mixes.push_back(model.child("mixes", i, 1));
  for (std::size_t i = 0; i < 3; ++i) {
    const LocalId normed = model.forward(norms[i], {x}, "normed", kSizes);
    const LocalId mixed = model.forward(mixes[i], {normed, mask}, "mixed", kSizes);
    x = model.call("aten::add.Tensor", {ValueRef{x}, ValueRef{mixed}}, "x", kSizes);
  }
  model.returns({x});
  EXPECT_EQ(forward_of(components, model.component()),
            R"(  at::Tensor forward(const at::Tensor& mask, at::Tensor x) {
    for (std::size_t i = 0; i < 3; ++i) {
      at::Tensor normed = norms[i]->forward(x);
      at::Tensor mixed = mixes[i]->forward(normed, mask);
      x = x + mixed;
    }
    return x;
  }
)");
}

TEST(Forward, RollsRepeatedCallsOfOneChild) {
  const std::vector<Component> components = {kernel("layer", 1, 1, 2)};
  ComponentBuilder model(3, "model", "model");
  LocalId x = model.input("x", kSizes);
  const auto layer = model.child("layer", 0);
  for (int i = 0; i < 4; ++i) x = model.forward(layer, {x}, "x", kSizes);
  model.returns({x});
  EXPECT_EQ(forward_of(components, model.component()),
            R"(  at::Tensor forward(at::Tensor x) {
    for (std::size_t i = 0; i < 4; ++i) x = layer->forward(x);
    return x;
  }
)");
}

TEST(Forward, AListWhoseFirstDiffersHasAMemberForIt) {
  const std::vector<Component> components = {kernel("first"), kernel("rest")};
  ComponentBuilder model(3, "model", "model");
  LocalId x = model.input("x", kSizes);
  for (int i = 0; i < 4; ++i)
    x = model.forward(model.child("block", i, i == 0 ? 0 : 1), {x}, "x", kSizes);
  model.returns({x});
  EXPECT_EQ(forward_of(components, model.component()),
            R"(  at::Tensor forward(at::Tensor x) {
    x = block_0->forward(x);
    for (const auto& rest : block) x = rest->forward(x);
    return x;
  }
)");
}

TEST(Forward, AVariableThatOutlivesItsLoopIsMadeBeforeIt) {
  const std::vector<Component> components = {kernel("step")};
  ComponentBuilder model(3, "model", "model");
  LocalId x = model.input("x", kSizes);
  LocalId change = kNone;
  for (int i = 0; i < 3; ++i) {
    change = model.forward(model.child("steps", i, 0), {x}, "change", kSizes);
    x = model.call("aten::add.Tensor", {ValueRef{x}, ValueRef{change}}, "x", kSizes);
  }
  model.returns({model.call("aten::mul.Tensor", {ValueRef{x}, ValueRef{change}}, "y", kSizes)});
  EXPECT_EQ(forward_of(components, model.component()),
            R"(  at::Tensor forward(at::Tensor x) {
    at::Tensor change;
    for (const auto& step : steps) {
      change = step->forward(x);
      x = x + change;
    }
    return x * change;
  }
)");
}

TEST(Forward, ResultsThatNobodyReadsAreLeft) {
  const std::vector<Component> components = {kernel("pair", 1, 2)};
  ComponentBuilder model(3, "model", "model");
  LocalId x = model.input("x", kSizes);
  LocalId side = kNone;
  for (int i = 0; i < 3; ++i) {
    const auto results =
        model.forward(model.child("h", i, 0), {x}, {"x", "side"}, {kSizes, kSizes});
    x = results[0];
    side = results[1];
  }
  model.returns({x, side});
  EXPECT_EQ(forward_of(components, model.component()),
            R"(  std::tuple<at::Tensor, at::Tensor> forward(at::Tensor x) {
    for (std::size_t i = 0; i < 2; ++i) x = std::get<0>(h[i]->forward(x));
    return h[2]->forward(x);
  }
)");
}

TEST(Forward, SeveralResultsAreBoundByName) {
  const std::vector<Component> components = {kernel("pair", 1, 2)};
  ComponentBuilder model(1, "model", "model");
  const LocalId x = model.input("x", kSizes);
  const auto results =
      model.forward(model.child("split", 0), {x}, {"gate", "value"}, {kSizes, kSizes});
  model.returns(
      {model.call("aten::mul.Tensor", {ValueRef{results[0]}, ValueRef{results[1]}}, "y", kSizes)});
  EXPECT_EQ(forward_of(components, model.component()),
            R"(  at::Tensor forward(const at::Tensor& x) {
    auto [gate, value] = split->forward(x);
    return gate * value;
  }
)");
}

TEST(Forward, ANameThatIsStillNeededIsNotTaken) {
  ComponentBuilder builder(0, "test", "test");
  const LocalId x = builder.input("x", kSizes);
  const LocalId a = builder.call("aten::relu", {ValueRef{x}}, "y", kSizes);
  const LocalId b = builder.call("aten::tanh", {ValueRef{a}}, "y", kSizes);
  const LocalId c = builder.call("aten::mul.Tensor", {ValueRef{a}, ValueRef{b}}, "y", kSizes);
  builder.returns({c, a});
  EXPECT_EQ(forward_of({}, builder.component()),
            R"(  std::tuple<at::Tensor, at::Tensor> forward(const at::Tensor& x) {
    at::Tensor y = at::relu(x);
    return {y * at::tanh(y), y};
  }
)");
}

TEST(Forward, NothingIsReadAfterItsVariableHasChanged) {
  ComponentBuilder builder(0, "test", "test");
  LocalId x = builder.input("x", kSizes);
  const LocalId old = builder.call("aten::relu", {ValueRef{x}}, "old", kSizes);
  x = builder.call("aten::tanh", {ValueRef{x}}, "x", kSizes);
  const LocalId twice =
      builder.call("aten::mul.Tensor", {ValueRef{x}, ValueRef{x}}, "twice", kSizes);
  builder.returns(
      {builder.call("aten::add.Tensor", {ValueRef{old}, ValueRef{twice}}, "y", kSizes)});
  EXPECT_EQ(forward_of({}, builder.component()),
            R"(  at::Tensor forward(at::Tensor x) {
    at::Tensor old = at::relu(x);
    x = at::tanh(x);
    return old + x * x;
  }
)");
}

TEST(Forward, ReadsStayOnTheirSideOfAWrite) {
  ComponentBuilder builder(0, "test", "test");
  const LocalId x = builder.input("x", kSizes);
  const LocalId before = builder.call("aten::relu", {ValueRef{x}}, "before", kSizes);
  builder.call("aten::add_.Tensor", {ValueRef{x}, std::int64_t{1}}, "written", kSizes);
  const LocalId after = builder.call("aten::relu", {ValueRef{x}}, "after", kSizes);
  builder.returns(
      {builder.call("aten::sub.Tensor", {ValueRef{before}, ValueRef{after}}, "y", kSizes)});
  EXPECT_EQ(forward_of({}, builder.component()),
            R"(  at::Tensor forward(const at::Tensor& x) {
    at::Tensor before = at::relu(x);
    x.add_(1);
    return before - at::relu(x);
  }
)");
}

TEST(Forward, AnInputThatAFunctionWritesIsAVariable) {
  ComponentBuilder relu(0, "relu", "relu");
  const LocalId x = relu.input("x", kSizes);
  relu.returns({relu.call("aten::relu_", {ValueRef{x}}, "y", kSizes)});
  EXPECT_EQ(forward_of({relu.component()}, relu.component()),
            R"(  at::Tensor forward(at::Tensor x) { return at::relu_(x); }
)");
  ComponentBuilder add(0, "add", "add");
  const LocalId a = add.input("a", kSizes);
  add.returns({add.call("aten::add_.Tensor", {ValueRef{a}, 1.0}, "y", kSizes)});
  EXPECT_EQ(forward_of({add.component()}, add.component()),
            R"(  at::Tensor forward(const at::Tensor& a) { return a.add_(1.0); }
)");
}

TEST(Forward, RandomNumbersAreDrawnInTheirOrder) {
  ComponentBuilder builder(0, "test", "test");
  const LocalId a = builder.call("aten::rand", {kSizes}, "a", kSizes);
  const LocalId b = builder.call("aten::randn", {kSizes}, "b", kSizes);
  builder.returns({builder.call("aten::sub.Tensor", {ValueRef{b}, ValueRef{a}}, "y", kSizes)});
  EXPECT_EQ(forward_of({}, builder.component()),
            R"(  at::Tensor forward() {
    at::Tensor a = at::rand({2, 4});
    at::Tensor b = at::randn({2, 4});
    return b - a;
  }
)");
}

TEST(Forward, ALocalDoesNotHideAMember) {
  const std::vector<Component> components = {kernel("gate")};
  ComponentBuilder builder(1, "test", "test");
  const LocalId x = builder.input("x", kSizes);
  const LocalId gate = builder.forward(builder.child("gate", 0), {x}, "gate", kSizes);
  builder.returns(
      {builder.call("aten::mul.Tensor", {ValueRef{gate}, ValueRef{gate}}, "y", kSizes)});
  EXPECT_EQ(forward_of(components, builder.component()),
            R"(  at::Tensor forward(const at::Tensor& x) {
    at::Tensor gate_2 = gate->forward(x);
    return gate_2 * gate_2;
  }
)");
}

TEST(Forward, NoStatementIsLost) {
  // A long chain of results that are read once appears in full, whatever lines it is broken into.
  ComponentBuilder builder(0, "test", "test");
  LocalId x = builder.input("x", kSizes);
  for (std::int64_t i = 100; i < 160; ++i)
    x = builder.call("aten::leaky_relu", {ValueRef{x}, i}, "x", kSizes);
  builder.returns({x});
  const std::string text = forward_of({}, builder.component());
  for (std::int64_t i = 100; i < 160; ++i)
    EXPECT_NE(text.find(", " + std::to_string(i) + ")"), std::string::npos) << text;
}

TEST(Forward, ACondIsAnIfWhoseBranchesSetWhatItGives) {
  ComponentBuilder builder(0, "cond", "cond");
  const LocalId p = builder.input("predicate", {}, ScalarType::kBool);
  const LocalId x = builder.input("x", kSizes);
  builder.call_list("higher_order::cond_then", {ValueRef{p}}, {}, {});
  const LocalId a = builder.call("aten::relu", {ValueRef{x}}, "relu", kSizes);
  builder.call_list("higher_order::cond_then", {ValueRef{p}}, {}, {});
  const LocalId b = builder.call("aten::exp", {ValueRef{a}}, "exp", kSizes);
  builder.call_list("higher_order::cond_else", {ValueRef{p}}, {}, {});
  const std::vector<LocalId> inner = builder.call_list(
      "higher_order::cond",
      {ValueRef{p}, std::vector{ValueRef{b}, ValueRef{a}}, std::vector{ValueRef{a}, ValueRef{x}}},
      {"chosen_0", "chosen_1"}, kSizes);
  builder.call_list("higher_order::cond_else", {ValueRef{p}}, {}, {});
  const LocalId c = builder.call("aten::tanh", {ValueRef{x}}, "x", kSizes);
  const std::vector<LocalId> outer =
      builder.call_list("higher_order::cond",
                        {ValueRef{p}, std::vector{ValueRef{inner[0]}, ValueRef{inner[1]}},
                         std::vector{ValueRef{c}, ValueRef{c}}},
                        {"chosen_0", "chosen_1"}, kSizes);
  builder.returns(
      {builder.call("aten::add.Tensor", {ValueRef{outer[0]}, ValueRef{outer[1]}}, "y", kSizes)});
  EXPECT_EQ(forward_of({}, builder.component()),
            R"(  at::Tensor forward(const at::Tensor& predicate, at::Tensor x) {
    at::Tensor chosen_0;
    at::Tensor chosen_1;
    if (predicate.item<bool>()) {
      at::Tensor relu = at::relu(x);
      if (predicate.item<bool>()) {
        std::tie(chosen_0, chosen_1) = std::make_tuple(at::exp(relu), relu);
      } else {
        std::tie(chosen_0, chosen_1) = std::make_tuple(relu, x);
      }
    } else {
      x = at::tanh(x);
      std::tie(chosen_0, chosen_1) = std::make_tuple(x, x);
    }
    return chosen_0 + chosen_1;
  }
)");
}

TEST(Forward, ABranchThatGivesAnOperandAsItIsOnlySetsIt) {
  ComponentBuilder builder(0, "cond", "cond");
  const LocalId p = builder.input("predicate", {}, ScalarType::kBool);
  const LocalId x = builder.input("x", kSizes);
  builder.call_list("higher_order::cond_then", {ValueRef{p}}, {}, {});
  builder.call_list("higher_order::cond_else", {ValueRef{p}}, {}, {});
  const LocalId a = builder.call("aten::relu", {ValueRef{x}}, "relu", kSizes);
  builder.returns(builder.call_list(
      "higher_order::cond", {ValueRef{p}, std::vector{ValueRef{x}}, std::vector{ValueRef{a}}},
      {"chosen"}, kSizes));
  EXPECT_EQ(forward_of({}, builder.component()),
            R"(  at::Tensor forward(const at::Tensor& predicate, const at::Tensor& x) {
    at::Tensor chosen;
    if (predicate.item<bool>()) {
      chosen = x;
    } else {
      chosen = at::relu(x);
    }
    return chosen;
  }
)");
}

}  // namespace
}  // namespace strata
