#include <gtest/gtest.h>

#include "decomposer/normalise/normalise.h"
#include "tests/decomposer/graph_text.h"

namespace strata {
namespace {

std::string normalised(std::string_view text) { return to_text(normalise(graph_from_text(text))); }

TEST(OutOfPlace, ReplacesAWriteThatOnlyItsResultShows) {
  EXPECT_EQ(
      normalised(R"(
    input %x : fp32[4]
    %a = aten::mul.Tensor(%x, 2.0) : fp32[4]
    %b = aten::add_.Tensor(%a, %x) : fp32[4]
    %y = aten::relu_(%b) : fp32[4]
    return %y)"),
      "%a = aten::mul.Tensor(%x, 2)\n%b = aten::add.Tensor(%a, %x, 1)\n%y = aten::relu(%b)\n");
}

TEST(OutOfPlace, KeepsAWriteThatAnOlderViewShows) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[4]
    %a = aten::mul.Tensor(%x, 2.0) : fp32[4]
    %v = aten::view(%a, [2, 2]) : fp32[2,2]
    %b = aten::add_.Tensor(%a, %x) : fp32[4]
    %y = aten::relu(%v) : fp32[2,2]
    return %y)"),
            "%a = aten::mul.Tensor(%x, 2)\n%v = aten::view(%a, [2, 2])\n"
            "%b = aten::add_.Tensor(%a, %x, 1)\n%y = aten::relu(%v)\n");
}

TEST(OutOfPlace, KeepsAWriteWhoseDestinationIsReturned) {
  EXPECT_NE(normalised(R"(
    input %x : fp32[4]
    %a = aten::mul.Tensor(%x, 2.0) : fp32[4]
    %b = aten::add_.Tensor(%a, %x) : fp32[4]
    return %a)")
                .find("add_"),
            std::string::npos);
}

TEST(OutOfPlace, KeepsWritesIntoInputsAndBuffers) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[4]
    buffer %calls : i64[]
    %n = aten::add_.Tensor(%calls, 1) : i64[]
    %b = aten::add_.Tensor(%x, 1.0) : fp32[4]
    return %b)"),
            "%n = aten::add_.Tensor(%calls, 1, 1)\n%b = aten::add_.Tensor(%x, 1, 1)\n");
}

TEST(OutOfPlace, KeepsAWriteThatWouldPromote) {
  // In place the result keeps its destination's type; out of place it would be fp32.
  EXPECT_NE(normalised(R"(
    input %x : bf16[4]
    input %z : fp32[4]
    %a = aten::relu(%x) : bf16[4]
    %b = aten::add_.Tensor(%a, %z) : bf16[4]
    return %b)")
                .find("add_"),
            std::string::npos);
}

TEST(OutOfPlace, SeesThatAReplacedWriteHasAStorageOfItsOwn) {
  EXPECT_EQ(normalised(R"(
    input %x : fp32[4]
    %a = aten::relu(%x) : fp32[4]
    %b = aten::add_.Tensor(%a, 1.0) : fp32[4]
    %v = aten::view(%b, [2, 2]) : fp32[2,2]
    %c = aten::mul_.Tensor(%v, 2.0) : fp32[2,2]
    return %c)"),
            "%a = aten::relu(%x)\n%b = aten::add.Tensor(%a, 1, 1)\n"
            "%v = aten::view(%b, [2, 2])\n%c = aten::mul.Tensor(%v, 2)\n");
}

}  // namespace
}  // namespace strata
