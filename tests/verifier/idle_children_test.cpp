#include "verifier/idle_children.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scratch_folder.h"
#include "tests/verifier/small_parent.h"
#include "verifier/subject.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The children that make no difference, of so many that were asked.
std::vector<CalledChild> idle_of(const BuiltSubject& built, int asked) {
  const Subject subject(built.library, "twice");
  TrialData data;
  data.inputs = {at::randn({2, 4})};
  const IdleChildren answer = idle_children(subject.frames(), [&](const auto& around) {
    TrialData again = data;
    again.inputs = {data.inputs[0].clone()};
    return run_trial(again, {}, [&](const std::vector<at::Tensor>& inputs) {
      return around([&] { return subject.forward(inputs); });
    });
  });
  EXPECT_EQ(answer.asked, asked);
  return answer.idle;
}

// Of a parent with this body.
std::vector<CalledChild> idle_in(const std::string& body, int asked, bool bypassed = false) {
  const ScratchFolder folder;
  return idle_of(build_parent(folder.path(), body, bypassed), asked);
}

TEST(IdleChildren, ThereAreNoneWhereAllMatter) {
  EXPECT_THAT(idle_in("return second->forward(first->forward(x)) + x;", 2), IsEmpty());
  EXPECT_THAT(idle_in("return at::cat({first->forward(x), second->forward(x)}, 1);", 2), IsEmpty());
}

// One kind of other numbers alone would not show it.
TEST(IdleChildren, OneThatIsMultipliedByZeroOrComparedMatters) {
  EXPECT_THAT(idle_in("return x + first->forward(x) * 0;", 1, true), IsEmpty());
  EXPECT_THAT(idle_in("at::Tensor y = first->forward(x.mul(0).sub(1)); "
                      "return x * y.to(at::kBool).to(at::kFloat);",
                      1, /*bypassed=*/true),
              IsEmpty());
}

TEST(IdleChildren, AViewOfWhatItWasGivenIsNotAsked) {
  const ScratchFolder folder;
  write_kernel(folder.path());
  std::ofstream(folder.path() / "level_0_kernel/rectifier.h") << kHead << R"(
namespace rectifier {
struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) { return x.t(); }
};
}  // namespace rectifier
)";
  EXPECT_THAT(idle_of(build_twice(folder.path(), "return first->forward(x);", true), 0), IsEmpty());
}

// Its result is computed and cut away again by a size that the scan doesn't know.
TEST(IdleChildren, OneWhoseResultIsCutAwayIsFound) {
  EXPECT_THAT(idle_in("at::Tensor y = first->forward(x); "
                      "return at::hstack({y, second->forward(x)}).narrow(1, 0, x.size(1));",
                      2),
              ElementsAre(CalledChild{1, "rectifier"}));
}

TEST(IdleChildren, OneThatLendsOnlyItsShapeIsFound) {
  EXPECT_THAT(idle_in("at::Tensor y = first->forward(x); "
                      "return x.neg().relu().view_as(y);",
                      1, /*bypassed=*/true),
              ElementsAre(CalledChild{0, "rectifier"}));
}

// Not what an operator of a child made, but what the child gave in the end.
TEST(IdleChildren, NumbersThatAChildsOwnLoopsWriteMatter) {
  const ScratchFolder folder;
  write_kernel(folder.path());
  std::ofstream(folder.path() / "level_0_kernel/rectifier.h") << kHead << R"(
namespace rectifier {
struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) {
    at::Tensor y = at::empty_like(x);
    for (int64_t i = 0; i < x.numel(); ++i)
      y.mutable_data_ptr<float>()[i] = -x.const_data_ptr<float>()[i];
    return y;
  }
};
}  // namespace rectifier
)";
  EXPECT_THAT(idle_of(build_twice(folder.path(), "return first->forward(x);", true), 1), IsEmpty());
}

}  // namespace
}  // namespace strata
