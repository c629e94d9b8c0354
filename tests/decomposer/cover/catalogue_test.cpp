#include <gtest/gtest.h>

#include "tests/decomposer/cover/cover_text.h"

namespace strata {
namespace {

// A program and the kernels that it must be taken for.
struct Recognised {
  const char* name;
  const char* operations;
  const char* text;
};

void PrintTo(const Recognised& one, std::ostream* out) { *out << one.name; }

class Recognition : public testing::TestWithParam<Recognised> {};

TEST_P(Recognition, NamesTheKernel) {
  EXPECT_EQ(Covered(GetParam().text).operations(), GetParam().operations);
}

const Recognised kNorms[] = {
    {"RmsNorm", "rms_norm", R"(
    input %x : fp32[2,4]
    parameter %w : fp32[4]
    %p = aten::pow.Tensor_Scalar(%x, 2) : fp32[2,4]
    %m = aten::mean.dim(%p, [-1], True) : fp32[2,1]
    %e = aten::add.Tensor(%m, 1e-6) : fp32[2,1]
    %r = aten::rsqrt(%e) : fp32[2,1]
    %n = aten::mul.Tensor(%x, %r) : fp32[2,4]
    %y = aten::mul.Tensor(%w, %n) : fp32[2,4]
    return %y)"},
    {"RmsNormInBf16WithItsCasts", "rms_norm", R"(
    input %x : bf16[2,4]
    parameter %w : bf16[4]
    %f = aten::to.dtype(%x, fp32) : fp32[2,4]
    %p = aten::pow.Tensor_Scalar(%f, 2) : fp32[2,4]
    %m = aten::mean.dim(%p, [-1], True) : fp32[2,1]
    %e = aten::add.Tensor(%m, 1e-6) : fp32[2,1]
    %r = aten::rsqrt(%e) : fp32[2,1]
    %n = aten::mul.Tensor(%f, %r) : fp32[2,4]
    %h = aten::to.dtype(%n, bf16) : bf16[2,4]
    %y = aten::mul.Tensor(%w, %h) : bf16[2,4]
    return %y)"},
    {"RmsNormWithOnePlusWeight", "rms_norm", R"(
    input %x : fp32[2,4]
    parameter %w : fp32[4]
    %p = aten::pow.Tensor_Scalar(%x, 2) : fp32[2,4]
    %m = aten::mean.dim(%p, [-1], True) : fp32[2,1]
    %e = aten::add.Tensor(%m, 1e-6) : fp32[2,1]
    %r = aten::rsqrt(%e) : fp32[2,1]
    %n = aten::mul.Tensor(%x, %r) : fp32[2,4]
    %o = aten::add.Tensor(%w, 1.0) : fp32[4]
    %y = aten::mul.Tensor(%n, %o) : fp32[2,4]
    return %y)"},
    {"CubesAreNoRmsNorm", "mean rsqrt mul_parameter", R"(
    input %x : fp32[2,4]
    parameter %w : fp32[4]
    %p = aten::pow.Tensor_Scalar(%x, 3) : fp32[2,4]
    %m = aten::mean.dim(%p, [-1], True) : fp32[2,1]
    %e = aten::add.Tensor(%m, 1e-6) : fp32[2,1]
    %r = aten::rsqrt(%e) : fp32[2,1]
    %n = aten::mul.Tensor(%x, %r) : fp32[2,4]
    %y = aten::mul.Tensor(%w, %n) : fp32[2,4]
    return %y)"},
    {"LayerNormSpelledOut", "layer_norm", R"(
    input %x : fp32[2,4]
    parameter %w : fp32[4]
    %m = aten::mean.dim(%x, [-1], True) : fp32[2,1]
    %d = aten::sub.Tensor(%x, %m) : fp32[2,4]
    %p = aten::pow.Tensor_Scalar(%d, 2) : fp32[2,4]
    %v = aten::mean.dim(%p, [-1], True) : fp32[2,1]
    %e = aten::add.Tensor(%v, 1e-5) : fp32[2,1]
    %r = aten::rsqrt(%e) : fp32[2,1]
    %n = aten::mul.Tensor(%d, %r) : fp32[2,4]
    %y = aten::mul.Tensor(%w, %n) : fp32[2,4]
    return %y)"},
    {"L2Normalize", "l2_normalize", R"(
    input %x : fp32[2,4]
    %n = aten::linalg_vector_norm(%x, 2, [-1], True) : fp32[2,1]
    %y = aten::div.Tensor(%x, %n) : fp32[2,4]
    return %y)"},
    {"DivisionByAnothersNorm", "linalg_vector_norm", R"(
    input %x : fp32[2,4]
    input %z : fp32[2,4]
    %n = aten::linalg_vector_norm(%z, 2, [-1], True) : fp32[2,1]
    %y = aten::div.Tensor(%x, %n) : fp32[2,4]
    return %y)"},
};

const Recognised kActivations[] = {
    {"GeluTanhSpelledOut", "gelu_tanh", R"(
    input %x : fp32[4]
    %h = aten::mul.Tensor(%x, 0.5) : fp32[4]
    %p = aten::pow.Tensor_Scalar(%x, 3.0) : fp32[4]
    %a = aten::mul.Tensor(%p, 0.044715) : fp32[4]
    %b = aten::add.Tensor(%x, %a) : fp32[4]
    %c = aten::mul.Tensor(%b, 0.7978845608028654) : fp32[4]
    %t = aten::tanh(%c) : fp32[4]
    %o = aten::add.Tensor(%t, 1.0) : fp32[4]
    %y = aten::mul.Tensor(%h, %o) : fp32[4]
    return %y)"},
    {"GeluTanhCalled", "gelu_tanh", R"(
    input %x : fp32[4]
    %y = aten::gelu(%x, approximate="tanh") : fp32[4]
    return %y)"},
    {"GeluCalled", "gelu", R"(
    input %x : fp32[4]
    %y = aten::gelu(%x) : fp32[4]
    return %y)"},
    {"GeluSpelledOut", "gelu", R"(
    input %x : bf16[4]
    %h = aten::mul.Tensor(%x, 0.5) : bf16[4]
    %d = aten::div.Tensor(%x, 1.4142135623730951) : bf16[4]
    %e = aten::erf(%d) : bf16[4]
    %o = aten::add.Tensor(%e, 1.0) : bf16[4]
    %y = aten::mul.Tensor(%h, %o) : bf16[4]
    return %y)"},
    {"AnErfOfSomethingElseIsNoGelu", "erf", R"(
    input %x : fp32[4]
    %h = aten::mul.Tensor(%x, 0.5) : fp32[4]
    %d = aten::div.Tensor(%x, 2.0) : fp32[4]
    %e = aten::erf(%d) : fp32[4]
    %o = aten::add.Tensor(%e, 1.0) : fp32[4]
    %y = aten::mul.Tensor(%h, %o) : fp32[4]
    return %y)"},
    {"QuickGelu", "quick_gelu", R"(
    input %x : fp32[4]
    %m = aten::mul.Tensor(%x, 1.702) : fp32[4]
    %s = aten::sigmoid(%m) : fp32[4]
    %y = aten::mul.Tensor(%x, %s) : fp32[4]
    return %y)"},
    {"HardSwish", "hard_swish", R"(
    input %x : fp32[4]
    %a = aten::add.Tensor(%x, 3.0) : fp32[4]
    %h = aten::relu6(%a) : fp32[4]
    %d = aten::div.Tensor(%h, 6.0) : fp32[4]
    %y = aten::mul.Tensor(%x, %d) : fp32[4]
    return %y)"},
    {"Mish", "mish", R"(
    input %x : fp32[4]
    %s = aten::softplus(%x) : fp32[4]
    %t = aten::tanh(%s) : fp32[4]
    %y = aten::mul.Tensor(%x, %t) : fp32[4]
    return %y)"},
    {"Relu6AsHardTanh", "relu6", R"(
    input %x : fp32[4]
    %y = aten::hardtanh(%x, 0, 6) : fp32[4]
    return %y)"},
    {"HardTanhWithOtherLimits", "hard_tanh", R"(
    input %x : fp32[4]
    %y = aten::hardtanh(%x, -1, 1) : fp32[4]
    return %y)"},
};

const Recognised kProducts[] = {
    {"MatmulWithAParameterIsLinear", "linear", R"(
    input %x : fp32[2,4]
    parameter %w : fp32[4,3]
    %y = aten::matmul(%x, %w) : fp32[2,3]
    return %y)"},
    {"MatmulAndBiasIsLinear", "linear", R"(
    input %x : fp32[2,4]
    parameter %w : fp32[4,3]
    parameter %b : fp32[3]
    %m = aten::matmul(%x, %w) : fp32[2,3]
    %y = aten::add.Tensor(%m, %b) : fp32[2,3]
    return %y)"},
    {"MatmulOfActivations", "matmul", R"(
    input %x : fp32[2,4]
    input %z : fp32[4,3]
    %y = aten::matmul(%x, %z) : fp32[2,3]
    return %y)"},
    {"AddmmWithAnActivationIsNoLinear", "scaled_matmul", R"(
    input %c : fp32[3]
    input %x : fp32[2,4]
    parameter %w : fp32[4,3]
    %y = aten::addmm(%c, %x, %w) : fp32[2,3]
    return %y)"},
    {"AddmmWithAFactorIsNoLinear", "scaled_matmul", R"(
    input %x : fp32[2,4]
    parameter %w : fp32[4,3]
    parameter %b : fp32[3]
    %y = aten::addmm(%b, %x, %w, alpha=2) : fp32[2,3]
    return %y)"},
    {"RowsOfAParameter", "embedding", R"(
    input %i : i64[2,4]
    parameter %w : fp32[9,3]
    %y = aten::index.Tensor(%w, [%i]) : fp32[2,4,3]
    return %y)"},
    {"RowsOfAnActivation", "index", R"(
    input %i : i64[2,4]
    input %x : fp32[9,3]
    %y = aten::index.Tensor(%x, [%i]) : fp32[2,4,3]
    return %y)"},
    {"Attention", "sdpa", R"(
    input %q : fp32[1,2,4,8]
    %y = aten::scaled_dot_product_attention(%q, %q, %q) : fp32[1,2,4,8]
    return %y)"},
};

const Recognised kRopes[] = {
    {"RopeByHalves", "rope", R"(
    input %x : fp32[1,2,4,8]
    input %c : fp32[1,1,4,8]
    input %s : fp32[1,1,4,8]
    %xc = aten::mul.Tensor(%x, %c) : fp32[1,2,4,8]
    %a = aten::slice.Tensor(%x, 3, 0, 4) : fp32[1,2,4,4]
    %b = aten::slice.Tensor(%x, 3, 4, 8) : fp32[1,2,4,4]
    %n = aten::neg(%b) : fp32[1,2,4,4]
    %r = aten::cat([%n, %a], -1) : fp32[1,2,4,8]
    %rs = aten::mul.Tensor(%r, %s) : fp32[1,2,4,8]
    %y = aten::add.Tensor(%xc, %rs) : fp32[1,2,4,8]
    return %y)"},
    {"RopeByHalvesInBf16", "rope", R"(
    input %x : bf16[1,2,4,8]
    input %c : fp32[1,1,4,8]
    input %s : fp32[1,1,4,8]
    %f = aten::to.dtype(%x, fp32) : fp32[1,2,4,8]
    %xc = aten::mul.Tensor(%f, %c) : fp32[1,2,4,8]
    %a, %b = aten::chunk(%f, 2, -1) : fp32[1,2,4,4], fp32[1,2,4,4]
    %n = aten::neg(%b) : fp32[1,2,4,4]
    %r = aten::cat([%n, %a], -1) : fp32[1,2,4,8]
    %rs = aten::mul.Tensor(%r, %s) : fp32[1,2,4,8]
    %y = aten::add.Tensor(%xc, %rs) : fp32[1,2,4,8]
    %z = aten::to.dtype(%y, bf16) : bf16[1,2,4,8]
    return %z)"},
    {"RopeInterleaved", "rope", R"(
    input %x : fp32[1,4,2,8]
    input %c : fp32[1,4,1,8]
    input %s : fp32[1,4,1,8]
    %xc = aten::mul.Tensor(%x, %c) : fp32[1,4,2,8]
    %a = aten::slice.Tensor(%x, 3, 0, 8, 2) : fp32[1,4,2,4]
    %b = aten::slice.Tensor(%x, 3, 1, 8, 2) : fp32[1,4,2,4]
    %n = aten::neg(%b) : fp32[1,4,2,4]
    %t = aten::stack([%n, %a], -1) : fp32[1,4,2,4,2]
    %r = aten::flatten.using_ints(%t, -2) : fp32[1,4,2,8]
    %rs = aten::mul.Tensor(%r, %s) : fp32[1,4,2,8]
    %y = aten::add.Tensor(%xc, %rs) : fp32[1,4,2,8]
    return %y)"},
    {"RopeByProducts", "rope", R"(
    input %x : fp32[1,2,4,8]
    input %c : fp32[1,1,4,4]
    input %s : fp32[1,1,4,4]
    %a, %b = aten::chunk(%x, 2, -1) : fp32[1,2,4,4], fp32[1,2,4,4]
    %ac = aten::mul.Tensor(%a, %c) : fp32[1,2,4,4]
    %bs = aten::mul.Tensor(%b, %s) : fp32[1,2,4,4]
    %d = aten::sub.Tensor(%ac, %bs) : fp32[1,2,4,4]
    %bc = aten::mul.Tensor(%b, %c) : fp32[1,2,4,4]
    %as = aten::mul.Tensor(%a, %s) : fp32[1,2,4,4]
    %e = aten::add.Tensor(%bc, %as) : fp32[1,2,4,4]
    %y = aten::cat([%d, %e], -1) : fp32[1,2,4,8]
    return %y)"},
    {"ARotationOfAnotherTensorIsNoRope", "", R"(
    input %x : fp32[1,2,4,8]
    input %z : fp32[1,2,4,8]
    input %c : fp32[1,1,4,8]
    %xc = aten::mul.Tensor(%x, %c) : fp32[1,2,4,8]
    %a = aten::slice.Tensor(%z, 3, 0, 4) : fp32[1,2,4,4]
    %b = aten::slice.Tensor(%z, 3, 4, 8) : fp32[1,2,4,4]
    %n = aten::neg(%b) : fp32[1,2,4,4]
    %r = aten::cat([%n, %a], -1) : fp32[1,2,4,8]
    %rs = aten::mul.Tensor(%r, %c) : fp32[1,2,4,8]
    %y = aten::add.Tensor(%xc, %rs) : fp32[1,2,4,8]
    return %y)"},
};

std::string test_name(const testing::TestParamInfo<Recognised>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Norms, Recognition, testing::ValuesIn(kNorms), test_name);
INSTANTIATE_TEST_SUITE_P(Activations, Recognition, testing::ValuesIn(kActivations), test_name);
INSTANTIATE_TEST_SUITE_P(Products, Recognition, testing::ValuesIn(kProducts), test_name);
INSTANTIATE_TEST_SUITE_P(Ropes, Recognition, testing::ValuesIn(kRopes), test_name);

}  // namespace
}  // namespace strata
