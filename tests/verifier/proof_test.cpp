#include "verifier/proof.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/verifier/traced_programs.h"
#include "verifier/compare.h"

namespace strata {
namespace {

using testing::HasSubstr;

TEST(Proof, TheSameProgramIsProved) {
  const Program program = [](const Tensors& t) -> Tensors {
    return {at::linear(t[0], t[2]) + t[1], t[0].softmax(-1)};
  };
  const Proof proof = proof_of(program, program);
  EXPECT_TRUE(proof.proved) << proof.difference;
  EXPECT_EQ(proof.original_operations.at("aten::linear"), 1);
}

// Nothing is called where a size is asked for: what it rests on must not be proved.
TEST(Proof, AViewWhosePlaceIsAValueIsNot) {
  const auto indices = [](const at::Tensor& t) { return t.clamp(1, 1).to(at::kLong).view({9}); };
  const auto plain = [&](const Tensors& t) -> Tensors {
    indices(t[1]);
    return {t[0].narrow(0, 1, 1).relu()};
  };
  EXPECT_EQ(difference(plain, plain), "");
  EXPECT_THAT(difference(plain,
                         [&](const Tensors& t) -> Tensors {
                           return {t[0].narrow(0, indices(t[1]).select(0, 0), 1).relu()};
                         }),
              HasSubstr("reads a number out of a tensor"));
  EXPECT_THAT(
      difference(plain,
                 [&](const Tensors& t) -> Tensors {
                   const at::Tensor one = indices(t[1]).slice(0, 0, 1).cpu();
                   return {t[0].narrow(0, at::tensor_split(t[1], one)[0].size(0), 1).relu()};
                 }),
      HasSubstr("reads a number out of a tensor"));
  EXPECT_EQ(difference([](const Tensors& t) -> Tensors { return {t[0].view_as(t[1]).relu()}; },
                       [](const Tensors& t) -> Tensors { return {t[0].relu()}; }),
            "");
}

TEST(Proof, AShapeThatIsFoundInValuesIsNot) {
  const Program found = [](const Tensors& t) -> Tensors { return {at::nonzero(t[0])}; };
  EXPECT_THAT(difference(found, found), HasSubstr("reads a number out of a tensor"));
  const Program masked = [](const Tensors& t) -> Tensors { return {t[0].index({t[1] > 0})}; };
  EXPECT_THAT(difference(masked, masked), HasSubstr("reads a number out of a tensor"));
  const auto classes = [](std::int64_t count) -> Program {
    return
        [=](const Tensors& t) -> Tensors { return {at::one_hot((t[0] > 0).to(at::kLong), count)}; };
  };
  EXPECT_THAT(difference(classes(-1), classes(-1)), HasSubstr("reads a number out of a tensor"));
  EXPECT_EQ(difference(classes(2), classes(2)), "");
  const Program rows = [](const Tensors& t) -> Tensors { return {t[0].index({at::arange(2)})}; };
  EXPECT_EQ(difference(rows, rows), "");
  const Program twice = [](const Tensors& t) -> Tensors { return {t[0].repeat_interleave(2, 0)}; };
  EXPECT_EQ(difference(twice, twice), "");
}

TEST(Proof, NumbersInAListAreCompared) {
  const auto clamped = [](double most) -> Program {
    return [=](const Tensors& t) -> Tensors {
      return at::_foreach_clamp_max({t[0], t[1]}, {c10::Scalar(most), c10::Scalar(most)});
    };
  };
  EXPECT_EQ(difference(clamped(100), clamped(100)), "");
  EXPECT_NE(difference(clamped(1e6), clamped(100)), "");
}

TEST(Proof, TheOrderOfIndependentCallsDoesNotMatter) {
  EXPECT_EQ(difference(
                [](const Tensors& t) -> Tensors {
                  const at::Tensor a = t[0].relu();
                  const at::Tensor b = t[1].tanh();
                  return {a + b};
                },
                [](const Tensors& t) -> Tensors {
                  const at::Tensor b = t[1].tanh();
                  const at::Tensor a = t[0].relu();
                  return {a + b};
                }),
            "");
}

TEST(Proof, EquivalentSpellingsAreProved) {
  const auto wrapped = [](const at::Scalar& number) {
    at::Tensor tensor = c10::scalar_to_tensor(number);
    tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
    return tensor;
  };
  EXPECT_EQ(difference([&](const Tensors& t) -> Tensors { return {at::mul(t[0], wrapped(2.5))}; },
                       [](const Tensors& t) -> Tensors { return {t[0] * 2.5}; }),
            "");
  EXPECT_EQ(difference([](const Tensors& t) -> Tensors { return {t[0].permute({1, 0}).relu()}; },
                       [](const Tensors& t) -> Tensors { return {t[0].transpose(0, 1).relu()}; }),
            "");
  EXPECT_EQ(difference([](const Tensors& t) -> Tensors { return {t[0].t().reshape({9}).relu()}; },
                       [](const Tensors& t) -> Tensors {
                         return {t[0].t().contiguous().view({9}).relu()};
                       }),
            "");
  EXPECT_EQ(difference([](const Tensors& t) -> Tensors { return {t[0].to(at::kHalf).relu()}; },
                       [](const Tensors& t) -> Tensors {
                         return {t[0].to(at::TensorOptions(at::kHalf)).relu()};
                       }),
            "");
  EXPECT_EQ(
      difference([](const Tensors& t) -> Tensors { return {at::zeros_like(t[0].relu()) + t[1]}; },
                 [](const Tensors& t) -> Tensors { return {at::zeros({3, 3}) + t[1]}; }),
      "");
  EXPECT_EQ(difference([](const Tensors&) -> Tensors { return {at::arange(3)}; },
                       [](const Tensors&) -> Tensors { return {at::arange(3, at::kLong)}; }),
            "");
  const auto pool = [](at::IntArrayRef size) {
    return [size = size.vec()](const Tensors& t) -> Tensors {
      return {at::avg_pool2d(t[0].unsqueeze(0), size)};
    };
  };
  EXPECT_EQ(difference(pool({2}), pool({2, 2})), "");
}

TEST(Proof, SwappedOperandsArePartingAtTheArgument) {
  EXPECT_THAT(difference([](const Tensors& t) -> Tensors { return {t[0] - t[1]}; },
                         [](const Tensors& t) -> Tensors { return {t[1] - t[0]}; }),
              testing::AllOf(HasSubstr("aten::sub.Tensor is called with self: input 1"),
                             HasSubstr("the original calls it with self: input 0")));
}

TEST(Proof, AnotherEpsilonIsNamed) {
  EXPECT_THAT(
      difference(
          [](const Tensors& t) -> Tensors { return {at::layer_norm(t[0], {3}, {}, {}, 1e-5)}; },
          [](const Tensors& t) -> Tensors { return {at::layer_norm(t[0], {3}, {}, {}, 1e-6)}; }),
      testing::AllOf(HasSubstr("eps: 1e-06"), HasSubstr("eps: 1e-05")));
}

TEST(Proof, ATransposedOperandIsNotTheSame) {
  EXPECT_THAT(difference([](const Tensors& t) -> Tensors { return {at::matmul(t[0], t[1])}; },
                         [](const Tensors& t) -> Tensors { return {at::matmul(t[0], t[1].t())}; }),
              HasSubstr("other: input 1 as [3, 3] strides [1, 3]"));
}

TEST(Proof, ASliceElsewhereIsNotTheSame) {
  EXPECT_THAT(difference([](const Tensors& t) -> Tensors { return {t[0].slice(0, 0, 2).relu()}; },
                         [](const Tensors& t) -> Tensors { return {t[0].slice(0, 1, 3).relu()}; }),
              HasSubstr("offset 12 bytes"));
}

TEST(Proof, AnotherWeightIsNotTheSame) {
  const Program program = [](const Tensors& t) -> Tensors { return {at::linear(t[0], t[1])}; };
  EXPECT_THAT(
      prove(traced({"input 0", "weight a"}, program), traced({"input 0", "weight b"}, program))
          .difference,
      HasSubstr("weight: weight b"));
}

TEST(Proof, ACallMadeTwiceIsNotTheSame) {
  EXPECT_THAT(difference([](const Tensors& t) -> Tensors { return {t[0].relu()}; },
                         [](const Tensors& t) -> Tensors {
                           t[0].relu();
                           return {t[0].relu()};
                         }),
              HasSubstr("calls aten::relu"));
}

TEST(Proof, AMissingCallIsNotTheSame) {
  EXPECT_THAT(difference([](const Tensors& t) -> Tensors { return {t[0].relu().tanh()}; },
                         [](const Tensors& t) -> Tensors { return {t[0].tanh()}; }),
              HasSubstr("aten::tanh"));
  EXPECT_THAT(difference(
                  [](const Tensors& t) -> Tensors {
                    t[1].relu_();
                    return {t[0].tanh()};
                  },
                  [](const Tensors& t) -> Tensors { return {t[0].tanh()}; }),
              HasSubstr("the original calls aten::relu(self: input 1"));
  EXPECT_THAT(difference(
                  [](const Tensors& t) -> Tensors {
                    at::rand_like(t[0]);
                    return {t[0].tanh()};
                  },
                  [](const Tensors& t) -> Tensors { return {t[0].tanh()}; }),
              HasSubstr("the original calls aten::rand_like"));
}

TEST(Proof, OnlyTheOriginalsDeadCallsMayBeLeftOut) {
  const Program dead = [](const Tensors& t) -> Tensors {
    t[1].relu().tanh();
    return {t[0].tanh()};
  };
  const Program bare = [](const Tensors& t) -> Tensors { return {t[0].tanh()}; };
  EXPECT_EQ(difference(dead, bare), "");
  EXPECT_EQ(difference(dead, dead), "");
  EXPECT_THAT(difference(bare, dead), HasSubstr("the refactored component calls aten::relu"));
}

TEST(Proof, SwappedResultsAreNotTheSame) {
  EXPECT_THAT(difference([](const Tensors& t) -> Tensors { return {t[0].relu(), t[0].tanh()}; },
                         [](const Tensors& t) -> Tensors { return {t[0].tanh(), t[0].relu()}; }),
              HasSubstr("result 0 is tanh#"));
}

TEST(Proof, ResultsOfOneCallAreToldApart) {
  EXPECT_THAT(difference([](const Tensors& t) -> Tensors { return {std::get<0>(t[0].max(-1))}; },
                         [](const Tensors& t) -> Tensors { return {std::get<1>(t[0].max(-1))}; }),
              HasSubstr("result 0"));
}

TEST(Proof, WritesThroughAliasesCount) {
  const Program original = [](const Tensors& t) -> Tensors {
    at::Tensor y = t[0].relu();
    y.select(0, 0).mul_(2);
    y.add_(1);
    return {y};
  };
  EXPECT_EQ(difference(original,
                       [](const Tensors& t) -> Tensors {
                         at::Tensor y = t[0].relu();
                         const at::Tensor alias = y.view({9});
                         alias.slice(0, 0, 3).mul_(2);
                         y.add_(1);
                         return {y};
                       }),
            "");
  EXPECT_THAT(difference(original,
                         [](const Tensors& t) -> Tensors {
                           at::Tensor y = t[0].relu();
                           y.add_(1);
                           y.select(0, 0).mul_(2);
                           return {y};
                         }),
              HasSubstr("aten::"));
}

TEST(Proof, AReadBeforeAWriteIsNotAReadAfterIt) {
  EXPECT_NE(difference(
                [](const Tensors& t) -> Tensors {
                  at::Tensor y = t[0].relu();
                  const at::Tensor z = y.tanh();
                  y.add_(1);
                  return {z, y};
                },
                [](const Tensors& t) -> Tensors {
                  at::Tensor y = t[0].relu();
                  y.add_(1);
                  return {y.tanh(), y};
                }),
            "");
}

TEST(Proof, AWriteToAnInputIsAnEffect) {
  const Program pure = [](const Tensors& t) -> Tensors { return {t[0].relu()}; };
  const Program writing = [](const Tensors& t) -> Tensors {
    at::Tensor result = t[0].relu();
    t[0].zero_();
    return {result};
  };
  EXPECT_THAT(difference(pure, writing), HasSubstr("the refactored component calls fill(with: 0"));
  EXPECT_EQ(difference(writing, writing), "");
}

TEST(Proof, RunningStatisticsInTrainingAreWrites) {
  const auto program = [](bool swapped) {
    return [swapped](const Tensors& t) -> Tensors {
      const at::Tensor mean = t[1].select(0, 0);
      const at::Tensor variance = t[2].select(0, 0);
      return {at::batch_norm(t[0], {}, {}, swapped ? variance : mean, swapped ? mean : variance,
                             true, 0.1, 1e-5, false)};
    };
  };
  const Trace trace = traced({"input 0", "buffer mean", "buffer variance"}, program(false));
  EXPECT_EQ(trace.inputs.size(), 2u);
  EXPECT_FALSE(
      prove(trace, traced({"input 0", "buffer mean", "buffer variance"}, program(true))).proved);
}

TEST(Proof, ANumberReadOutOfATensorProvesNothing) {
  const Program program = [](const Tensors& t) -> Tensors {
    return {t[0] * t[1].select(0, 0).select(0, 0).item()};
  };
  EXPECT_THAT(difference(program, program), HasSubstr("reads a number out of a tensor"));
}

TEST(Proof, ATensorOfUnknownOriginProvesNothing) {
  const at::Tensor constant = at::ones({3, 3});
  const Program program = [&](const Tensors& t) -> Tensors { return {t[0] + constant}; };
  EXPECT_THAT(difference(program, program), HasSubstr("a tensor of unknown origin"));
}

TEST(Proof, RandomCallsAreNumberedInTheirOrder) {
  const Program two = [](const Tensors& t) -> Tensors {
    const at::Tensor a = at::rand_like(t[0]);
    const at::Tensor b = at::rand_like(t[0]);
    return {a, b};
  };
  EXPECT_EQ(difference(two, two), "");
  EXPECT_NE(difference(two,
                       [](const Tensors& t) -> Tensors {
                         const at::Tensor b = at::rand_like(t[0]);
                         const at::Tensor a = at::rand_like(t[0]);
                         return {a, b};
                       }),
            "");
}

TEST(Proof, TiedWeightsAreOneWeightWhateverTheOrderOfTheirLabels) {
  const auto trace = [](bool reversed) {
    const at::Tensor x = at::randn({2, 3});
    const at::Tensor weight = at::randn({4, 3});
    std::vector<TraceInput> inputs{
        {"input 0", x}, {"weight a", weight}, {"weight b", weight.detach()}};
    if (reversed) std::swap(inputs[1], inputs[2]);
    return record_trace(inputs, [&]() -> Tensors { return {at::linear(x, inputs[1].tensor)}; });
  };
  EXPECT_TRUE(prove(trace(false), trace(true)).proved);
}

TEST(Proof, AWeightAndASliceOfItAreOneStorage) {
  const Graph graph = [] {
    Graph made;
    for (const char* slice : {"", "slice(0, 1, 3)"}) {
      Parameter parameter;
      parameter.name = "w";
      parameter.slice = slice;
      parameter.storage = 0;
      made.parameters.push_back(parameter);
    }
    return made;
  }();
  const at::Tensor weight = at::randn({4, 3});
  const at::Tensor part = weight.slice(0, 1, 3);
  const auto trace = [&](ParameterId id, const at::Tensor& named, auto look) {
    return record_trace({traced_weight(graph, id, named)},
                        [&]() -> Tensors { return {look().relu()}; });
  };
  const Trace whole = trace(0, weight, [&] { return weight.slice(0, 1, 3); });
  EXPECT_EQ(prove(whole, trace(1, part, [&] { return part; })).difference, "");
  EXPECT_NE(prove(whole, trace(0, weight, [&] { return weight.slice(0, 0, 2); })).difference, "");
}

TEST(Proof, ADeadCallMayStandBeforeALiveOneThatIsTheSame) {
  EXPECT_EQ(difference(
                [](const Tensors& t) -> Tensors {
                  at::arange(3).add(1);
                  return {t[0] + at::arange(3)};
                },
                [](const Tensors& t) -> Tensors { return {t[0] + at::arange(3)}; }),
            "");
}

TEST(Proof, NothingIsNotAProof) { EXPECT_FALSE(prove({}, {}).proved); }

}  // namespace
}  // namespace strata
