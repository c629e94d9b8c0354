#include "verifier/proof.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/verifier/traced_programs.h"
#include "verifier/compare.h"

namespace strata {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

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

}  // namespace
}  // namespace strata
