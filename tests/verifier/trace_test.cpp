#include "verifier/trace.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "verifier/compare.h"
#include "verifier/proof.h"

namespace strata {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

using Tensors = std::vector<at::Tensor>;
using Program = std::function<Tensors(const Tensors&)>;

// A fresh matrix of 3x3 for each name.
Trace traced(const std::vector<std::string>& names, const Program& program) {
  std::vector<TraceInput> inputs;
  Tensors tensors;
  for (const std::string& name : names) {
    tensors.push_back(at::randn({3, 3}));
    inputs.push_back({name, tensors.back()});
  }
  return record_trace(inputs, [&] { return program(tensors); });
}

Proof proof_of(const Program& original, const Program& subject) {
  const std::vector<std::string> names{"input 0", "input 1", "weight w"};
  return prove(traced(names, original), traced(names, subject));
}

std::string difference(const Program& original, const Program& subject) {
  const Proof proof = proof_of(original, subject);
  EXPECT_EQ(proof.proved, proof.difference.empty());
  return proof.difference;
}

std::vector<std::string> operations(const Trace& trace) {
  std::vector<std::string> result;
  for (const TracedCall& call : trace.calls) result.push_back(call.operation);
  return result;
}

TEST(Trace, SeesOnlyOutermostCalls) {
  const Trace trace = traced({"input 0", "weight w"}, [](const Tensors& t) -> Tensors {
    const at::Tensor y = at::linear(t[0], t[1], t[1].select(0, 0));
    return {at::layer_norm(at::gelu(y), {3})};
  });
  EXPECT_THAT(operations(trace),
              testing::ElementsAre("aten::linear", "aten::gelu", "aten::layer_norm"));
}

TEST(Trace, SeesTheSameWithAndWithoutGradients) {
  const auto program = [](const Tensors& t) -> Tensors {
    const at::Tensor x = t[0].detach().requires_grad_(true);
    return {at::linear(x, t[1]).relu()};
  };
  const Trace with = traced({"input 0", "weight w"}, program);
  const c10::NoGradGuard no_grad;
  EXPECT_TRUE(prove(traced({"input 0", "weight w"}, program), with).proved);
}

TEST(Trace, RecordsNothingAfterwards) {
  traced({"input 0"}, [](const Tensors& t) -> Tensors { return {t[0].relu()}; });
  EXPECT_THAT(operations(traced({"input 0"}, [](const Tensors& t) -> Tensors { return {t[0]}; })),
              IsEmpty());
}

TEST(Trace, LetsExceptionsThroughAndWorksAgain) {
  EXPECT_THAT(
      [] {
        traced({"input 0"},
               [](const Tensors& t) -> Tensors { return {at::matmul(t[0], at::ones({7}))}; });
      },
      testing::ThrowsMessage<c10::Error>(testing::HasSubstr("size mismatch")));
  EXPECT_EQ(
      traced({"input 0"}, [](const Tensors& t) -> Tensors { return {t[0].relu()}; }).calls.size(),
      1u);
}

TEST(Proof, TheSameProgramIsProved) {
  const Program program = [](const Tensors& t) -> Tensors {
    return {at::linear(t[0], t[2]) + t[1], t[0].softmax(-1)};
  };
  const Proof proof = proof_of(program, program);
  EXPECT_TRUE(proof.proved) << proof.difference;
  EXPECT_EQ(proof.original_operations.at("aten::linear"), 1);
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

// Writes in place that are calls with a result of their own: equivalence 8 of Trace.

TEST(Proof, AWriteThroughAViewOfAWholeStorageIsTheCallWithAResult) {
  EXPECT_EQ(difference(
                [](const Tensors& t) -> Tensors { return {at::linear(t[0], t[2]).relu_() + t[1]}; },
                [](const Tensors& t) -> Tensors { return {at::linear(t[0], t[2]).relu() + t[1]}; }),
            "");
  EXPECT_EQ(difference(
                [](const Tensors& t) -> Tensors {
                  const at::Tensor y = t[0].tanh();
                  y.view({9}).mul_(2.5).add_(t[1].view({9}));
                  return {y.t()};
                },
                [](const Tensors& t) -> Tensors {
                  return {t[0].tanh().view({9}).mul(2.5).add(t[1].view({9})).view({3, 3}).t()};
                }),
            "");
  EXPECT_EQ(difference(
                [](const Tensors& t) -> Tensors {
                  at::Tensor y = at::empty_like(t[0]);
                  y.fill_(2);
                  return {y.copy_(t[1]).masked_fill_(t[0].gt(0), 1.0)};
                },
                [](const Tensors& t) -> Tensors {
                  const at::Tensor y = at::full({3, 3}, 2, at::kFloat);
                  return {at::copy(y, t[1]).masked_fill(t[0].gt(0), 1.0)};
                }),
            "");
}

TEST(Proof, AWriteThroughPartOfAStorageStaysAWrite) {
  EXPECT_NE(difference(
                [](const Tensors& t) -> Tensors {
                  at::Tensor part = t[0].tanh().slice(0, 0, 2);
                  return {part.add_(1)};
                },
                [](const Tensors& t) -> Tensors { return {t[0].tanh().slice(0, 0, 2).add(1)}; }),
            "");
  EXPECT_NE(difference(
                [](const Tensors& t) -> Tensors {
                  at::Tensor wide = t[0].select(0, 0).tanh().expand({1, 3});
                  return {wide.squeeze(0).slice(0, 0, 2).relu_()};
                },
                [](const Tensors& t) -> Tensors {
                  return {t[0].select(0, 0).tanh().slice(0, 0, 2).relu()};
                }),
            "");
}

TEST(Proof, AnotherViewSeesWhatWasWritten) {
  const Program in_place = [](const Tensors& t) -> Tensors {
    at::Tensor y = t[0].tanh();
    const at::Tensor alias = y.view({9});
    at::Tensor z = y.add_(t[1]);
    return {z, alias.relu()};
  };
  EXPECT_EQ(difference(in_place, in_place), "");
  EXPECT_NE(difference(in_place,
                       [](const Tensors& t) -> Tensors {
                         const at::Tensor y = t[0].tanh();
                         const at::Tensor alias = y.view({9});
                         const at::Tensor z = y.add(t[1]);
                         return {z, alias.relu()};
                       }),
            "");
}

TEST(Proof, AWriteInPlaceKeepsTheDtypeThatTheCallWouldPromote) {
  const auto half = [](const Tensors& t) { return t[0].tanh().to(at::kHalf); };
  EXPECT_NE(difference([&](const Tensors& t) -> Tensors { return {half(t).mul_(t[1])}; },
                       [&](const Tensors& t) -> Tensors { return {half(t).mul(t[1])}; }),
            "");
  EXPECT_NE(difference([](const Tensors& t) -> Tensors { return {t[0].gt(0).logical_not_()}; },
                       [](const Tensors& t) -> Tensors { return {t[0].gt(1).logical_not()}; }),
            "");
}

TEST(Proof, AWriteInPlaceKeepsTheLayoutThatTheCallWouldChange) {
  // add(y, z) of a transposed y is laid out as y is; of a contiguous first operand as that is.
  const auto rows = [](const at::Tensor& y) { return y.as_strided({9}, {1}); };
  EXPECT_NE(difference(
                [&](const Tensors& t) -> Tensors {
                  at::Tensor y = at::empty({3, 3}).t().copy_(t[0]);
                  return {rows(y.copy_(t[1]))};
                },
                [&](const Tensors& t) -> Tensors {
                  const at::Tensor y = at::empty({3, 3}).copy_(t[0]);
                  return {rows(at::copy(y, t[1]))};
                }),
            "");
}

TEST(Proof, AWriteInPlaceIntoAnInputIsNotAResult) {
  EXPECT_THAT(difference([](const Tensors& t) -> Tensors { return {t[0].add_(1)}; },
                         [](const Tensors& t) -> Tensors { return {t[0].add(1)}; }),
              HasSubstr("leaves [] written"));
}

TEST(Proof, RandomWritesAndOtherKernelsStayWrites) {
  EXPECT_NE(difference([](const Tensors& t) -> Tensors { return {t[0].tanh().bernoulli_(0.5)}; },
                       [](const Tensors& t) -> Tensors { return {t[0].tanh().bernoulli(0.5)}; }),
            "");
  EXPECT_NE(difference([](const Tensors& t) -> Tensors { return {t[0].tanh().cumsum_(0)}; },
                       [](const Tensors& t) -> Tensors { return {t[0].tanh().cumsum(0)}; }),
            "");
}

TEST(Proof, FormsInPlaceGiveTheSameBits) {
  const auto same = [](const char* name, const at::Tensor& pure, const at::Tensor& written) {
    EXPECT_TRUE(bit_equal(pure, written)) << name;
  };
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf}) {
    for (const std::int64_t count : {1, 7, 67, 4099}) {
      const at::Tensor x = at::randn({count}).to(dtype);
      const at::Tensor y = at::randn({count}).to(dtype);
      const auto written = [&](const auto& write) {
        at::Tensor copy = x.clone();
        write(copy);
        return copy;
      };
      same("gelu", at::gelu(x), written([&](at::Tensor& z) { at::gelu_(z); }));
      same("silu", at::silu(x), written([&](at::Tensor& z) { at::silu_(z); }));
      same("mish", at::mish(x), written([&](at::Tensor& z) { at::mish_(z); }));
      same("elu", at::elu(x), written([&](at::Tensor& z) { at::elu_(z); }));
      same("selu", at::selu(x), written([&](at::Tensor& z) { at::selu_(z); }));
      same("relu6", at::relu6(x), written([&](at::Tensor& z) { at::relu6_(z); }));
      same("hardswish", at::hardswish(x), written([&](at::Tensor& z) { at::hardswish_(z); }));
      same("leaky_relu", at::leaky_relu(x), written([&](at::Tensor& z) { at::leaky_relu_(z); }));
      same("exp", at::exp(x), written([&](at::Tensor& z) { at::exp_(z); }));
      same("tanh", at::tanh(x), written([&](at::Tensor& z) { at::tanh_(z); }));
      same("sigmoid", at::sigmoid(x), written([&](at::Tensor& z) { at::sigmoid_(z); }));
      same("erf", at::erf(x), written([&](at::Tensor& z) { at::erf_(z); }));
      same("sin", at::sin(x), written([](at::Tensor& z) { at::sin_(z); }));
      same("pow", x.pow(3), written([&](at::Tensor& z) { z.pow_(3); }));
      same("div", x.div(y), written([&](at::Tensor& z) { z.div_(y); }));
      same("add", x.add(y, 0.3), written([&](at::Tensor& z) { z.add_(y, 0.3); }));
      same("addcmul", at::addcmul(x, y, y, 0.3),
           written([&](at::Tensor& z) { z.addcmul_(y, y, 0.3); }));
      same("remainder", x.remainder(0.7), written([&](at::Tensor& z) { z.remainder_(0.7); }));
    }
  }
}

// Operands that lend only their shape or dtype.

TEST(Proof, AnOperandThatLendsItsShapeOrDtypeIsNotRead) {
  EXPECT_EQ(difference(
                [](const Tensors& t) -> Tensors {
                  const at::Tensor like = t[1].tanh().to(at::kHalf);
                  return {t[0].t().reshape_as(t[1].relu()), t[0].type_as(like),
                          like.new_zeros({2, 2}), at::full_like(like, 3)};
                },
                [](const Tensors& t) -> Tensors {
                  const auto half = at::TensorOptions(at::kHalf);
                  return {t[0].t().reshape({3, 3}), t[0].to(at::kHalf), at::zeros({2, 2}, half),
                          at::full({3, 3}, 3, half)};
                }),
            "");
  EXPECT_NE(
      difference([](const Tensors& t) -> Tensors { return {t[0].type_as(t[1].to(at::kHalf))}; },
                 [](const Tensors& t) -> Tensors { return {t[0].to(at::kBFloat16)}; }),
      "");
}

// Copies that change nothing: equivalence 9 of Trace.

TEST(Proof, ACopyOfAWholeStorageIsTheSame) {
  const Program bare = [](const Tensors& t) -> Tensors { return {t[0].tanh().t().relu()}; };
  EXPECT_EQ(difference(
                [](const Tensors& t) -> Tensors {
                  const at::Tensor y = at::constant_pad_nd(t[0].tanh(), {0, 0});
                  return {y.clone().t().relu()};
                },
                bare),
            "");
  EXPECT_EQ(difference(
                bare, [](const Tensors& t) -> Tensors { return {t[0].tanh().clone().t().relu()}; }),
            "");
  EXPECT_EQ(
      difference([](const Tensors& t) -> Tensors { return {t[0].tanh().detach_().t().relu()}; },
                 bare),
      "");
}

TEST(Proof, ACopyThatIsWrittenIsAnotherTensor) {
  const Program original = [](const Tensors& t) -> Tensors {
    const at::Tensor y = t[0].tanh();
    at::Tensor copy = y.clone();
    copy.select(0, 0).add_(1);
    return {y, copy};
  };
  EXPECT_EQ(difference(original, original), "");
  EXPECT_NE(difference(original,
                       [](const Tensors& t) -> Tensors {
                         const at::Tensor y = t[0].tanh();
                         y.select(0, 0).add_(1);
                         return {y, y};
                       }),
            "");
}

TEST(Proof, ACopyOfAPartOrIntoAnotherLayoutStaysACopy) {
  EXPECT_NE(
      difference([](const Tensors& t) -> Tensors { return {t[0].slice(0, 0, 2).clone().relu()}; },
                 [](const Tensors& t) -> Tensors { return {t[0].slice(0, 0, 2).relu()}; }),
      "");
  EXPECT_NE(difference([](const Tensors& t) -> Tensors { return {t[0].t().contiguous().relu()}; },
                       [](const Tensors& t) -> Tensors { return {t[0].t().relu()}; }),
            "");
  EXPECT_NE(
      difference([](const Tensors& t) -> Tensors { return {at::constant_pad_nd(t[0], {0, 1})}; },
                 [](const Tensors& t) -> Tensors { return {t[0]}; }),
      "");
}

TEST(Proof, NothingIsNotAProof) { EXPECT_FALSE(prove({}, {}).proved); }

// One of three results by two decisions, the second only where the first is true.
Tensors decide(const Tensors& t, const std::function<at::Tensor(const at::Tensor&)>& seldom) {
  if (!t[0].sum().gt(0).item<bool>()) return {t[0].exp()};
  if (t[1].sum().gt(0).item<bool>()) return {t[0].relu()};
  return {seldom(t[0])};
}

Trace decided(const Tensors& tensors, const std::function<at::Tensor(const at::Tensor&)>& seldom,
              const std::vector<bool>* script = nullptr) {
  const std::vector<TraceInput> inputs{{"input 0", tensors[0]}, {"input 1", tensors[1]}};
  return record_trace(inputs, [&] { return decide(tensors, seldom); }, {}, {}, script);
}

std::vector<Trace> paths_of(const std::function<at::Tensor(const at::Tensor&)>& seldom) {
  const Tensors tensors{at::ones({3, 3}), at::ones({3, 3})};
  return record_paths(
      [&](const std::vector<bool>& script) { return decided(tensors, seldom, &script); });
}

TEST(Trace, TellsDecisionsByWhatTheyReadAndWhatItGave) {
  const auto relu = [](const at::Tensor& x) { return x.relu(); };
  const Tensors ones{at::ones({3, 3}), at::ones({3, 3})};
  const Trace trace = decided(ones, relu);
  EXPECT_THAT(trace.decisions, testing::ElementsAre(true, true));
  EXPECT_TRUE(prove(trace, decided(ones, relu)).proved);
  EXPECT_FALSE(prove(trace, decided({ones[0], -ones[1]}, relu)).proved);
}

TEST(Trace, FollowsEveryPathWhateverTheDataSay) {
  const std::vector<Trace> paths = paths_of([](const at::Tensor& x) { return x.tanh(); });
  ASSERT_EQ(paths.size(), 3u);
  EXPECT_THAT(paths[0].decisions, testing::ElementsAre(true, true));
  EXPECT_THAT(paths[1].decisions, testing::ElementsAre(true, false));
  EXPECT_THAT(paths[2].decisions, testing::ElementsAre(false));
  const std::vector<Trace> others = paths_of([](const at::Tensor& x) { return x.sigmoid(); });
  EXPECT_TRUE(prove(paths[0], others.at(0)).proved);
  EXPECT_FALSE(prove(paths[1], others.at(1)).proved);
  EXPECT_TRUE(prove(paths[2], others.at(2)).proved);
}

TEST(Trace, GivesNoPathsWhereOneCannotBeFollowed) {
  EXPECT_THAT(paths_of([](const at::Tensor& x) { return x.view({4}); }), IsEmpty());
}

TEST(Trace, GivesNoPathsWhereThereAreTooMany) {
  const at::Tensor x = at::ones({3});
  const auto run = [&]() -> Tensors {
    for (int i = 0; i < 7; ++i) static_cast<void>(x.sum().gt(i).item<bool>());
    return {x.exp()};
  };
  EXPECT_THAT(record_paths([&](const std::vector<bool>& script) {
                return record_trace({{"input 0", x}}, run, {}, {}, &script);
              }),
              IsEmpty());
}

}  // namespace
}  // namespace strata
