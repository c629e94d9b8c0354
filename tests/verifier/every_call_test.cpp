#include "verifier/every_call.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "kernels_l0/error.h"

namespace strata {
namespace {

std::vector<std::string> calls_of(const std::function<void()>& run) {
  std::vector<std::string> names;
  with_every_call(
      [&](const c10::OperatorHandle& handle, torch::jit::Stack* stack) {
        names.push_back(handle.operator_name().name);
        handle.callBoxed(stack);
      },
      run);
  return names;
}

using Names = std::vector<std::string>;

TEST(EveryCall, SeesTheOutermostCallsAndNothingBelowThem) {
  const at::Tensor x = at::randn({2, 3});
  EXPECT_EQ(calls_of([&] { at::linear(x, x).relu(); }), (Names{"aten::linear", "aten::relu"}));
}

TEST(EveryCall, IsOverWhenTheRunIs) {
  const at::Tensor x = at::randn({2});
  EXPECT_EQ(calls_of([&] { x.neg(); }), Names{"aten::neg"});
  x.neg();
  EXPECT_EQ(calls_of([&] { x.abs(); }), Names{"aten::abs"});
}

TEST(EveryCall, IsOverWhenTheRunThrows) {
  EXPECT_THROW(calls_of([] { throw std::runtime_error("no"); }), std::runtime_error);
  EXPECT_EQ(calls_of([] { at::zeros({1}); }), Names{"aten::zeros"});
}

// An arbiter's replay within a recorded run, say: the inner one would take the outer one's calls.
TEST(EveryCall, IsNotNested) {
  try {
    calls_of([] { calls_of([] {}); });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "every_call.nested");
  }
}

}  // namespace
}  // namespace strata
