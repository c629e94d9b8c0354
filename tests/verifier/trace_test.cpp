#include "verifier/trace.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/verifier/traced_programs.h"
#include "verifier/compare.h"

namespace strata {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

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
