#include "verifier/sensitivity.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels_l0/error.h"
#include "tests/decomposer/graph_text.h"
#include "verifier/buffers.h"
#include "verifier/judge_run.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The whole of a graph in text form as one side of a step.
class Side {
 public:
  Side(const std::string& text, std::vector<at::Tensor> inputs, std::vector<at::Tensor> weights)
      : graph_(graph_from_text(text)) {
    data_.inputs = std::move(inputs);
    data_.weights = std::move(weights);
  }

  std::map<std::string, Sensitivity> sensitivities() const {
    const auto ids = parameters_of(graph_, whole(graph_));
    return strata::sensitivities(graph_, make(), data_, ids, writable_candidates(graph_), 7);
  }

  std::map<std::string, at::Tensor> gradients() const {
    std::map<std::string, at::Tensor> sums;
    backward(graph_, make(), data_, writable_candidates(graph_), 7,
             [&](const std::string& name, const at::Tensor& one) {
               sums[name] = sums[name].defined() ? sums[name] + one : one.clone();
             });
    return sums;
  }

  TrialData& data() { return data_; }

 private:
  MakeSide make() const {
    return [this](const TrialData& data) {
      const OriginalSide side = part_side(graph_, whole(graph_), data);
      ReadySide ready{side.forward, {}};
      const auto ids = parameters_of(graph_, whole(graph_));
      for (std::size_t i = 0; i < ids.size(); ++i)
        ready.weights.emplace_back(ids[i], side.weights[i].tensor);
      return ready;
    };
  }

  Graph graph_;
  TrialData data_;
};

TEST(Sensitivity, GradientsShowWhatMatters) {
  const Side side(R"(
    input %x : fp32[2,3]
    parameter %w "w" : fp32[4,3]
    %y = aten::linear(%x, %w, None) : fp32[2,4]
    return %y
  )",
                  {at::randn({2, 3})}, {at::randn({4, 3})});
  const auto found = side.sensitivities();
  EXPECT_GT(found.at("input 0").gradient, 0);
  EXPECT_GT(found.at("w").gradient, 0);
}

TEST(Sensitivity, IntegersAndDetachedWeightsAreMoved) {
  const Side side(R"(
    input %i : i64[3]
    parameter %t "table" : fp32[4,2]
    parameter %s "scale" : fp32[2]
    %e = aten::embedding(%t, %i) : fp32[3,2]
    %d = aten::detach(%s) : fp32[2]
    %y = aten::mul.Tensor(%e, %d) : fp32[3,2]
    return %y
  )",
                  {at::tensor({0, 1, 3}, at::kLong)}, {at::randn({4, 2}), at::randn({2})});
  const auto found = side.sensitivities();
  EXPECT_TRUE(found.at("input 0").moved.value());
  EXPECT_EQ(found.at("scale").gradient, 0);
  EXPECT_TRUE(found.at("scale").moved.value());
  EXPECT_GT(found.at("table").gradient, 0);
}

// Its elements are one memory, which can't be written through it.
TEST(Sensitivity, AnExpandedInputIsMoved) {
  const Side side(
      R"(
    input %x : fp32[4,3]
    input %c : bool[4,3]
    %y = aten::masked_fill.Scalar(%x, %c, 0) : fp32[4,3]
    return %y
  )",
      {at::randn({4, 3}), at::tensor({1, 0, 1}, at::kLong).to(at::kBool).expand({4, 3})}, {});
  EXPECT_TRUE(side.sensitivities().at("input 1").matters());
}

TEST(Sensitivity, WhatIsIgnoredChangesNothing) {
  const Side side(R"(
    input %x : fp32[2]
    input %unused : fp32[2]
    %y = aten::relu(%x) : fp32[2]
    return %y
  )",
                  {at::ones({2}), at::ones({2})}, {});
  EXPECT_FALSE(side.sensitivities().at("input 1").matters());
  EXPECT_TRUE(side.sensitivities().at("input 1").known());
}

TEST(Sensitivity, MovesAndBackwardLeaveEverythingAsItWas) {
  Side side(R"(
    input %x : fp32[2]
    buffer %b "count" : fp32[2]
    %c = aten::add_.Tensor(%b, 1) : fp32[2]
    %y = aten::mul.Tensor(%x, %c) : fp32[2]
    return %y
  )",
            {at::ones({2})}, {at::zeros({2})});
  side.sensitivities();
  EXPECT_EQ(side.data().weights.front().sum().item<double>(), 0);
  EXPECT_EQ(side.data().inputs.front().sum().item<double>(), 2);
}

TEST(Backward, SumsTheGradientsOfTiedWeights) {
  const at::Tensor w = at::randn({3, 3});
  const Side tied(R"(
    input %x : fp32[2,3]
    parameter %w "first" : fp32[3,3]
    %h = aten::linear(%x, %w, None) : fp32[2,3]
    %y = aten::linear(%h, %w, None) : fp32[2,3]
    return %y
  )",
                  {at::randn({2, 3})}, {w});
  EXPECT_THAT(tied.gradients(), testing::SizeIs(2));
}

TEST(Backward, WritesToInputsDoNotKeepItFromRunning) {
  const Side side(R"(
    input %x : fp32[2]
    %y = aten::relu_(%x) : fp32[2]
    %z = aten::mul.Tensor(%y, 3) : fp32[2]
    return %z
  )",
                  {at::ones({2})}, {});
  EXPECT_THAT(side.gradients(), testing::SizeIs(1));
}

TEST(LostDependences, NameWhatTheOriginalDependsOn) {
  Sensitivity matters;
  matters.gradient = 1;
  Sensitivity ignored;
  ignored.moved = false;
  const Sensitivity unknown;
  EXPECT_THAT(lost_dependences({{"w", matters}}, {{"w", ignored}}), ElementsAre(HasSubstr("w:")));
  EXPECT_THAT(lost_dependences({{"w", ignored}}, {{"w", ignored}}), IsEmpty());
  EXPECT_THAT(lost_dependences({{"w", matters}}, {{"w", unknown}}), IsEmpty());
  EXPECT_THAT(lost_dependences({{"w", matters}}, {}), ElementsAre(HasSubstr("not known")));
}

TEST(Sensitivities, ComeBackAsTheyWereSent) {
  Sensitivity moved;
  moved.moved = true;
  const std::map<std::string, Sensitivity> sent{{"a", moved}, {"b", {}}};
  const auto got = sensitivities_from_json(to_json(sent));
  EXPECT_TRUE(got.at("a").moved.value());
  EXPECT_FALSE(got.at("b").known());
  try {
    sensitivities_from_json({{"a", "nonsense"}});
    FAIL() << "nonsense was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "runner.tensor");
  }
}

}  // namespace
}  // namespace strata
