#include <gtest/gtest.h>

#include "decomposer/normalise/normalise.h"
#include "kernels_l0/error.h"
#include "tests/decomposer/graph_text.h"

namespace strata {
namespace {

// A branch that adds to a tensor in place and reads what it was afterwards.
Graph with_a_write_into(const std::string& target) {
  return graph_from_text(R"(
    input %p : bool[]
    input %x : fp32[4]
    higher_order::cond_then(%p)
    %a = aten::relu(%x) : fp32[4]
    %w = aten::add_.Tensor()" +
                         target + R"(, %x) : fp32[4]
    %m = aten::mul.Tensor(%a, %w) : fp32[4]
    higher_order::cond_else(%p)
    %y = higher_order::cond(%p, [%m], [%x]) : fp32[4]
    return %y)");
}

TEST(PureBranches, MayWriteWhatTheyMadeThemselves) {
  EXPECT_NO_THROW(normalise(with_a_write_into("%a")));
}

TEST(PureBranches, MayNotWriteWhatWasThereBefore) {
  try {
    normalise(with_a_write_into("%x"));
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "normalise.cond");
    EXPECT_NE(std::string(error.what()).find("'x'"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace strata
