#include "verifier/randomise.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <numeric>
#include <optional>

#include "tests/decomposer/graph_text.h"
#include "verifier/compare.h"
#include "verifier/random_fill.h"

namespace strata {
namespace {

const char* const kModel = R"(
  input %i : i64[2,4]
  parameter %table "wte.weight" : fp32[50,16]
  parameter %w "fc.weight" : fp32[64,16]
  parameter %b "fc.bias" : fp32[64]
  parameter %c "conv.weight" : fp32[8,4,3,3]
  parameter %g "ln.weight" : fp32[64]
  parameter %h "ln.bias" : fp32[64]
  buffer %mean "bn.running_mean" : fp32[4]
  buffer %variance "bn.running_var" : fp32[4]
  buffer %freq "inv_freq" : fp32[8]
  buffer %count "bn.num_batches_tracked" : i64[]
  input %image : fp32[1,4,5,5]
  %e = aten::embedding(%table, %i) : fp32[2,4,16]
  %f = aten::linear(%e, %w, %b) : fp32[2,4,64]
  %n = aten::layer_norm(%f, [64], %g, %h) : fp32[2,4,64]
  %bn = aten::batch_norm(%image, None, None, %mean, %variance, False, 0.1, 1e-05, False) : fp32[1,4,5,5]
  %conv = aten::conv2d(%bn, %c) : fp32[1,8,3,3]
  %angle = aten::cos(%freq) : fp32[8]
  return %n, %conv, %angle
)";

struct Model {
  Graph graph = graph_from_text(kModel);
  std::vector<at::Tensor> weights;
  Model() {
    for (const Parameter& parameter : graph.parameters) {
      const auto dtype = parameter.meta.dtype == ScalarType::kInt64 ? at::kLong : at::kFloat;
      weights.push_back(at::zeros(parameter.meta.sizes, dtype));
    }
  }
  std::size_t at(const std::string& name) const {
    for (std::size_t i = 0; i < graph.parameters.size(); ++i)
      if (graph.parameters[i].name == name) return i;
    throw std::out_of_range(name);
  }
};

std::vector<ParameterId> all_of(const std::vector<at::Tensor>& weights) {
  std::vector<ParameterId> ids(weights.size());
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

std::vector<at::Tensor> drawn_weights(const Graph& graph, const std::vector<at::Tensor>& weights,
                                      const std::vector<WeightRole>& roles, std::uint64_t seed,
                                      const std::optional<std::vector<ParameterId>>& wanted = {}) {
  const std::vector<at::Tensor> room =
      room_for_weights(weights, wanted ? *wanted : all_of(weights));
  draw_weights(graph, weights, roles, seed, room);
  return room;
}

TEST(WeightRoles, ComeFromTheOperatorsThatRead) {
  const Model model;
  const auto roles = weight_roles(model.graph);
  const auto kind = [&](const char* name) { return roles.at(model.at(name)).kind; };
  EXPECT_EQ(kind("wte.weight"), WeightKind::kTable);
  EXPECT_EQ(kind("fc.weight"), WeightKind::kMatrix);
  EXPECT_EQ(roles.at(model.at("fc.weight")).fan_in, 16);
  EXPECT_EQ(kind("fc.bias"), WeightKind::kShift);
  EXPECT_EQ(roles.at(model.at("conv.weight")).fan_in, 36);
  EXPECT_EQ(kind("ln.weight"), WeightKind::kScale);
  EXPECT_EQ(kind("ln.bias"), WeightKind::kShift);
  EXPECT_EQ(kind("bn.running_mean"), WeightKind::kShift);
  EXPECT_EQ(kind("bn.running_var"), WeightKind::kVariance);
  EXPECT_EQ(kind("inv_freq"), WeightKind::kKeep);
  EXPECT_EQ(kind("bn.num_batches_tracked"), WeightKind::kKeep);
}

TEST(RandomisedWeights, HaveTheirKindsRange) {
  const Model model;
  const auto drawn = drawn_weights(model.graph, model.weights, weight_roles(model.graph), 7);
  const at::Tensor& variance = drawn.at(model.at("bn.running_var"));
  EXPECT_GE(variance.min().item<float>(), 0.5F);
  EXPECT_LE(variance.max().item<float>(), 1.5F);
  const at::Tensor& matrix = drawn.at(model.at("fc.weight"));
  EXPECT_NEAR(matrix.std().item<float>(), 0.25F, 0.02F);
  EXPECT_NEAR(matrix.mean().item<float>(), 0.0F, 0.02F);
  const at::Tensor& kept = drawn.at(model.at("inv_freq"));
  EXPECT_TRUE(bit_equal(kept, model.weights.at(model.at("inv_freq"))));
  EXPECT_FALSE(kept.is_alias_of(model.weights.at(model.at("inv_freq"))));
}

TEST(RandomisedWeights, DependOnSeedAndNameAlone) {
  const Model model;
  const auto roles = weight_roles(model.graph);
  const int threads = at::get_num_threads();
  const auto first = drawn_weights(model.graph, model.weights, roles, 7);
  at::set_num_threads(threads == 1 ? 2 : 1);
  const auto again = drawn_weights(model.graph, model.weights, roles, 7);
  const auto alone = drawn_weights(model.graph, model.weights, roles, 7,
                                   std::vector{static_cast<ParameterId>(model.at("ln.bias"))});
  at::set_num_threads(threads);
  const auto other = drawn_weights(model.graph, model.weights, roles, 8);
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(bit_equal(first[i], again[i]));
  EXPECT_TRUE(bit_equal(first[model.at("ln.bias")], alone[model.at("ln.bias")]));
  EXPECT_FALSE(alone[model.at("fc.bias")].defined());
  EXPECT_FALSE(bit_equal(first[model.at("fc.weight")], other[model.at("fc.weight")]));
  EXPECT_FALSE(bit_equal(first[model.at("ln.bias")], first[model.at("fc.bias")]));
}

// A kernel without weights had all of the model's drawn.
TEST(RandomisedWeights, AreNoneWhereNoneAreWanted) {
  const Model model;
  for (const at::Tensor& tensor : room_for_weights(model.weights, {}))
    EXPECT_FALSE(tensor.defined());
}

TEST(RandomisedWeights, ForgetWhatTheirMemoryHeld) {
  const Model model;
  const auto roles = weight_roles(model.graph);
  const auto first = drawn_weights(model.graph, model.weights, roles, 7);
  const std::vector<at::Tensor> room = room_for_weights(model.weights, all_of(model.weights));
  draw_weights(model.graph, model.weights, roles, 8, room);
  for (const at::Tensor& tensor : room) tensor.detach().fill_(1);
  draw_weights(model.graph, model.weights, roles, 7, room);
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(bit_equal(first[i], room[i]));
}

TEST(RandomisedWeights, AreTheSameInEveryDtypeAndWithAnyStrides) {
  // More elements than are drawn at a time, so that blocks must join without a seam.
  const at::Tensor flat = at::empty({700, 500});
  const at::Tensor half = at::empty({700, 500}, at::kBFloat16);
  const at::Tensor transposed = at::empty({500, 700}).t();
  const at::Tensor middle = at::empty({700, 900}).slice(1, 200, 700);
  for (const at::Tensor& tensor : {flat, half, transposed, middle})
    fill_normal(tensor, 0.5, 2, 3, 4);
  EXPECT_TRUE(bit_equal(flat.to(at::kBFloat16), half));
  EXPECT_TRUE(bit_equal(flat, transposed.contiguous()));
  EXPECT_TRUE(bit_equal(flat, middle.contiguous()));
}

TEST(RandomisedWeights, TiedOnesAndSlicesKeepSharingTheirMemory) {
  Graph graph = graph_from_text(R"(
    input %x : fp32[2,4]
    parameter %a "a" : fp32[4,4]
    parameter %b "b" : fp32[4,4]
    parameter %s "a" : fp32[2,4]
    %y = aten::linear(%x, %a) : fp32[2,4]
    %z = aten::linear(%y, %b) : fp32[2,4]
    %u = aten::linear(%z, %s) : fp32[2,2]
    return %u
  )");
  graph.parameters[2].slice = "slice(0, 2, 4)";
  const at::Tensor weight = at::zeros({4, 4}).requires_grad_(true);
  const at::Tensor plain = weight.detach();
  const auto drawn =
      drawn_weights(graph, {weight, plain, plain.slice(0, 2, 4)}, weight_roles(graph), 3);
  EXPECT_TRUE(drawn[0].is_alias_of(drawn[1]));
  EXPECT_TRUE(bit_equal(drawn[0], drawn[1]));
  EXPECT_TRUE(bit_equal(drawn[0].slice(0, 2, 4), drawn[2]));
  EXPECT_FALSE(drawn[0].is_alias_of(weight));
  EXPECT_TRUE(drawn[0].requires_grad());
  EXPECT_FALSE(drawn[1].requires_grad());
  EXPECT_TRUE(plain.eq(0).all().item<bool>());
}

TEST(RandomisedWeights, KeepStrides) {
  const Graph graph = graph_from_text(R"(
    input %x : fp32[2,4]
    parameter %a "a" : fp32[4,4]
    %y = aten::linear(%x, %a) : fp32[2,4]
    return %y
  )");
  const at::Tensor transposed = at::zeros({4, 4}).t();
  const auto drawn = drawn_weights(graph, {transposed}, weight_roles(graph), 3);
  EXPECT_EQ(drawn[0].strides(), transposed.strides());
  EXPECT_FALSE(drawn[0].eq(0).any().item<bool>());
}

// All its rows are the same memory.
TEST(RandomisedWeights, AnExpandedOneIsDrawnOnce) {
  Model model;
  const std::size_t bias = model.at("ln.bias");
  model.weights[bias] = at::zeros({1}).expand({64});
  const at::Tensor drawn =
      drawn_weights(model.graph, model.weights, weight_roles(model.graph), 7)[bias];
  EXPECT_EQ(drawn.sizes(), at::IntArrayRef{64});
  EXPECT_EQ(drawn.stride(0), 0);
  EXPECT_NE(drawn[0].item<float>(), 0.0F);
}

TEST(FreshInputs, StayInTheSamplesRange) {
  const at::Tensor ids = at::tensor({3, 9, 4, 3}, at::kLong).view({2, 2});
  const auto fresh = fresh_inputs({ids.repeat({10, 10})}, 1)[0];
  EXPECT_EQ(fresh.scalar_type(), at::kLong);
  EXPECT_EQ(fresh.min().item<std::int64_t>(), 3);
  EXPECT_EQ(fresh.max().item<std::int64_t>(), 9);
}

TEST(FreshInputs, MasksKeepAnOpenPlaceInEveryRow) {
  at::Tensor integers = at::ones({200, 2}, at::kLong);
  integers.select(1, 0).zero_();
  at::Tensor floats = at::zeros({200, 2});
  floats.select(1, 0).fill_(-3e38);
  const auto fresh = fresh_inputs({integers, integers.to(at::kBool), floats}, 5);
  EXPECT_TRUE(fresh[0].eq(1).any(-1).all().item<bool>());
  EXPECT_TRUE(fresh[0].eq(0).any().item<bool>());
  EXPECT_TRUE(fresh[1].any(-1).all().item<bool>());
  EXPECT_TRUE(fresh[2].eq(0).any(-1).all().item<bool>());
  EXPECT_FALSE(bit_equal(fresh[2], floats));
  EXPECT_TRUE((fresh[2].eq(0) | fresh[2].eq(floats.min())).all().item<bool>());
}

// What is scattered to the true places has that many elements and no more.
TEST(FreshInputs, FlagsAreNoMoreThanTheSamples) {
  const at::Tensor few = at::arange(40).lt(6).view({1, 40, 1});
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const at::Tensor drawn = fresh_inputs({few.expand({1, 40, 8})}, seed).front();
    EXPECT_EQ(drawn.sum().item<int>(), 6 * 8);
  }
}

TEST(FreshInputs, FloatsHaveTheSamplesScaleAndDifferBySeed) {
  const at::Tensor sample = at::randn({100, 100}) * 3 + 5;
  const auto fresh = fresh_inputs({sample, sample}, 1);
  EXPECT_NEAR(fresh[0].mean().item<float>(), 5, 0.2);
  EXPECT_NEAR(fresh[0].std().item<float>(), 3, 0.2);
  EXPECT_FALSE(bit_equal(fresh[0], fresh[1]));
  EXPECT_FALSE(bit_equal(fresh[0], fresh_inputs({sample}, 2)[0]));
  EXPECT_TRUE(bit_equal(fresh[0], fresh_inputs({sample}, 1)[0]));
}

TEST(FreshInputs, KeepTheSamplesStrides) {
  const at::Tensor expanded = at::randn({2, 3, 1}).expand({2, 3, 5});
  const at::Tensor every_other = at::randn({4, 6}).slice(1, 0, 6, 2);
  const at::Tensor turned = at::arange(6).reshape({2, 3}).t();
  for (const at::Tensor& sample : {expanded, every_other, turned}) {
    const at::Tensor drawn = fresh_inputs({sample}, 7).front();
    EXPECT_EQ(drawn.sizes(), sample.sizes());
    EXPECT_EQ(drawn.strides(), sample.strides());
    EXPECT_FALSE(at::equal(drawn, sample));
  }
}

// Scattered to other places, it left some that held whatever was in memory.
TEST(FreshInputs, APermutationGivesAnotherPermutation) {
  const at::Tensor sample = at::tensor({3, 0, 2, 1, 5, 4, 7, 6}, at::kLong);
  const at::Tensor fresh = fresh_inputs({sample}, 7).front();
  EXPECT_FALSE(at::equal(fresh, sample));
  EXPECT_TRUE(at::equal(std::get<0>(fresh.sort()), at::arange(8)));
  EXPECT_FALSE(is_permutation(at::arange(8)));
  EXPECT_FALSE(is_permutation(at::tensor({1, 0, 1}, at::kLong)));
}

TEST(FreshInputs, AscendingIntegersStayAscendingFromTheirLeastToTheirGreatest) {
  const at::Tensor offsets = at::tensor({0, 3, 7, 20, 41}, at::kLong);
  const at::Tensor drawn = fresh_inputs({offsets}, 5).front();
  EXPECT_EQ(drawn[0].item<std::int64_t>(), 0);
  EXPECT_TRUE((at::diff(drawn) >= 0).all().item<bool>());
  EXPECT_EQ(drawn[-1].item<std::int64_t>(), 41);
  EXPECT_FALSE(at::equal(drawn, offsets));
}

TEST(FreshInputs, ProbabilitiesStayProbabilities) {
  const at::Tensor drawn = fresh_inputs({at::rand({400})}, 5).front();
  EXPECT_GE(drawn.min().item<double>(), 0);
  EXPECT_LE(drawn.max().item<double>(), 1);
  EXPECT_GT(drawn.std().item<double>(), 0.1);
}

TEST(FreshInputs, SymmetricMatricesStaySymmetricAndHaveAFactor) {
  const at::Tensor half = at::randn({2, 4, 4});
  const at::Tensor drawn = fresh_inputs({at::matmul(half, half.mT())}, 5).front();
  EXPECT_TRUE(at::equal(drawn, drawn.mT()));
  EXPECT_NO_THROW(at::linalg_cholesky(drawn));
}

TEST(FreshInputs, AMaskOfOnesStays) {
  const at::Tensor ones = at::ones({2, 3}, at::kLong);
  EXPECT_TRUE(bit_equal(fresh_inputs({ones}, 1)[0], ones));
}

TEST(RandomFill, NormalNumbersLookNormal) {
  const at::Tensor tensor = at::empty({100000});
  fill_normal(tensor, 0, 1, 1, 2);
  EXPECT_NEAR(tensor.mean().item<float>(), 0, 0.02);
  EXPECT_NEAR(tensor.std().item<float>(), 1, 0.02);
  EXPECT_NEAR(tensor.abs().gt(1).to(at::kFloat).mean().item<float>(), 0.317, 0.02);
  EXPECT_LT(tensor.abs().max().item<float>(), 3.5F);
}

TEST(RandomFill, ReachesTheWholeRangeOfIntegers) {
  const at::Tensor tensor = at::empty({1000}, at::kInt);
  fill_integers(tensor, -1, 2, 1, 2);
  EXPECT_EQ(tensor.min().item<int>(), -1);
  EXPECT_EQ(tensor.max().item<int>(), 2);
}

TEST(RandomFill, OtherDtypesAreRoundedFromTheSameNumbers) {
  const at::Tensor wide = at::empty({64});
  const at::Tensor narrow = at::empty({64}, at::kBFloat16);
  fill_uniform(wide, 0, 1, 1, 2);
  fill_uniform(narrow, 0, 1, 1, 2);
  EXPECT_TRUE(bit_equal(wide.to(at::kBFloat16), narrow));
}

}  // namespace
}  // namespace strata
