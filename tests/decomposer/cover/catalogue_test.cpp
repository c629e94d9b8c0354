#include <gtest/gtest.h>

#include <iterator>
#include <set>
#include <sstream>
#include <string>

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
    {"CubesAreNoRmsNorm", "mean rsqrt scale", R"(
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

const Recognised kSpelledOut[] = {
    {"StraightThrough", "straight_through", R"(
    input %x : fp32[2,4]
    input %q : fp32[2,4]
    %d = aten::sub.Tensor(%q, %x) : fp32[2,4]
    %y = aten::add.Tensor(%x, %d) : fp32[2,4]
    return %y)"},
    {"ADifferenceAddedToAnotherTensorIsArithmetic", "", R"(
    input %x : fp32[2,4]
    input %q : fp32[2,4]
    %d = aten::sub.Tensor(%q, %x) : fp32[2,4]
    %y = aten::add.Tensor(%q, %d) : fp32[2,4]
    return %y)"},
    {"SoftmaxByItsLargest", "softmax", R"(
    input %x : fp32[2,4]
    %m = aten::amax(%x, [-1], True) : fp32[2,1]
    %d = aten::sub.Tensor(%x, %m) : fp32[2,4]
    %e = aten::exp(%d) : fp32[2,4]
    %s = aten::sum.dim_IntList(%e, [-1], True) : fp32[2,1]
    %y = aten::div.Tensor(%e, %s) : fp32[2,4]
    return %y)"},
    {"SoftmaxOfDifferencesToTheLargest", "softmax", R"(
    input %x : fp32[2,4]
    %m, %i = aten::max.dim(%x, -1, True) : fp32[2,1], i64[2,1]
    %d = aten::sub.Tensor(%x, %m) : fp32[2,4]
    %y = aten::softmax.int(%d, -1) : fp32[2,4]
    return %y)"},
    {"ExponentialsByAnothersSum", "exp exp sum", R"(
    input %x : fp32[2,4]
    input %z : fp32[2,4]
    %e = aten::exp(%x) : fp32[2,4]
    %f = aten::exp(%z) : fp32[2,4]
    %s = aten::sum.dim_IntList(%f, [-1], True) : fp32[2,1]
    %y = aten::div.Tensor(%e, %s) : fp32[2,4]
    return %y)"},
    {"SumNormalize", "sum_normalize", R"(
    input %x : fp32[2,4]
    %s = aten::sum.dim_IntList(%x, [-1], True) : fp32[2,1]
    %e = aten::add.Tensor(%s, 1e-20) : fp32[2,1]
    %y = aten::div.Tensor(%x, %e) : fp32[2,4]
    return %y)"},
    {"SoftCap", "soft_cap", R"(
    input %x : fp32[4]
    %d = aten::div.Tensor(%x, 30.0) : fp32[4]
    %t = aten::tanh(%d) : fp32[4]
    %y = aten::mul.Tensor(%t, 30.0) : fp32[4]
    return %y)"},
    {"ATanhTimesATensorIsNoSoftCap", "tanh", R"(
    input %x : fp32[4]
    input %z : fp32[4]
    %d = aten::div.Tensor(%x, 30.0) : fp32[4]
    %t = aten::tanh(%d) : fp32[4]
    %y = aten::mul.Tensor(%t, %z) : fp32[4]
    return %y)"},
    {"FrozenBatchNorm", "batch_norm", R"(
    input %x : fp32[1,2,3,3]
    parameter %w : fp32[1,2,1,1]
    parameter %b : fp32[1,2,1,1]
    buffer %m : fp32[1,2,1,1]
    buffer %v : fp32[1,2,1,1]
    %e = aten::add.Tensor(%v, 1e-5) : fp32[1,2,1,1]
    %r = aten::rsqrt(%e) : fp32[1,2,1,1]
    %s = aten::mul.Tensor(%w, %r) : fp32[1,2,1,1]
    %n = aten::mul.Tensor(%m, %s) : fp32[1,2,1,1]
    %t = aten::sub.Tensor(%b, %n) : fp32[1,2,1,1]
    %p = aten::mul.Tensor(%x, %s) : fp32[1,2,3,3]
    %y = aten::add.Tensor(%p, %t) : fp32[1,2,3,3]
    return %y)"},
    {"AScaleAndAShiftAreNoBatchNorm", "scale add_parameter", R"(
    input %x : fp32[1,2,3,3]
    parameter %w : fp32[1,2,1,1]
    parameter %b : fp32[1,2,1,1]
    %p = aten::mul.Tensor(%x, %w) : fp32[1,2,3,3]
    %y = aten::add.Tensor(%p, %b) : fp32[1,2,3,3]
    return %y)"},
    {"L1Loss", "l1_loss", R"(
    input %x : fp32[4]
    input %t : fp32[4]
    %d = aten::sub.Tensor(%x, %t) : fp32[4]
    %a = aten::abs(%d) : fp32[4]
    %y = aten::mean(%a) : fp32[]
    return %y)"},
    {"AMeanOfAbsolutesIsNoLoss", "abs mean", R"(
    input %x : fp32[4]
    %a = aten::abs(%x) : fp32[4]
    %y = aten::mean(%a) : fp32[]
    return %y)"},
    {"CrossEntropySpelledOut", "cross_entropy", R"(
    input %x : fp32[2,4]
    input %t : i64[2]
    %l = aten::log_softmax.int(%x, -1) : fp32[2,4]
    %y = aten::nll_loss(%l, %t) : fp32[]
    return %y)"},
};

const Recognised kParts[] = {
    {"ExpertLinear", "expert_linear", R"(
    input %x : fp32[6,4]
    input %i : i64[6]
    parameter %w : fp32[3,5,4]
    %g = aten::index.Tensor(%w, [%i]) : fp32[6,5,4]
    %u = aten::unsqueeze(%x, -1) : fp32[6,4,1]
    %m = aten::matmul(%g, %u) : fp32[6,5,1]
    %y = aten::squeeze.dim(%m, -1) : fp32[6,5]
    return %y)"},
    {"ExpertLinearWithBias", "expert_linear", R"(
    input %x : fp32[6,1,4]
    input %i : i64[6]
    parameter %w : fp32[3,4,5]
    parameter %b : fp32[3,5]
    %g = aten::index.Tensor(%w, [%i]) : fp32[6,4,5]
    %h = aten::index.Tensor(%b, [%i]) : fp32[6,5]
    %m = aten::bmm(%x, %g) : fp32[6,1,5]
    %s = aten::squeeze.dim(%m, 1) : fp32[6,5]
    %y = aten::add.Tensor(%s, %h) : fp32[6,5]
    return %y)"},
    {"RowsOfAnActivationAreNoExperts", "index matmul", R"(
    input %x : fp32[6,4,1]
    input %i : i64[6]
    input %w : fp32[3,5,4]
    %g = aten::index.Tensor(%w, [%i]) : fp32[6,5,4]
    %y = aten::matmul(%g, %x) : fp32[6,5,1]
    return %y)"},
    {"PatchEmbedding", "patch_embedding", R"(
    input %x : fp32[1,3,8,8]
    parameter %w : fp32[5,3,4,4]
    %c = aten::conv2d(%x, %w, None, [4, 4]) : fp32[1,5,2,2]
    %f = aten::flatten.using_ints(%c, 2) : fp32[1,5,4]
    %y = aten::transpose.int(%f, 1, 2) : fp32[1,4,5]
    return %y)"},
    {"PatchesThatOverlapStayAConvolution", "conv2d", R"(
    input %x : fp32[1,3,8,8]
    parameter %w : fp32[5,3,3,3]
    %c = aten::conv2d(%x, %w, None, [2, 2], [1, 1]) : fp32[1,5,4,4]
    %f = aten::flatten.using_ints(%c, 2) : fp32[1,5,16]
    %y = aten::transpose.int(%f, 1, 2) : fp32[1,16,5]
    return %y)"},
    {"RelativePositionBias", "relative_position_bias", R"(
    input %x : fp32[1,2,3,3]
    parameter %table : fp32[5,2]
    buffer %rows : i64[9]
    %g = aten::index.Tensor(%table, [%rows]) : fp32[9,2]
    %v = aten::view(%g, [3, 3, -1]) : fp32[3,3,2]
    %p = aten::permute(%v, [2, 0, 1]) : fp32[2,3,3]
    %y = aten::add.Tensor(%x, %p) : fp32[1,2,3,3]
    return %y)"},
    {"RowsThatTheUserNamesAreNoBias", "embedding", R"(
    input %x : fp32[1,2,3,3]
    input %rows : i64[9]
    parameter %table : fp32[5,2]
    %g = aten::index.Tensor(%table, [%rows]) : fp32[9,2]
    %v = aten::view(%g, [3, 3, -1]) : fp32[3,3,2]
    %p = aten::permute(%v, [2, 0, 1]) : fp32[2,3,3]
    %y = aten::add.Tensor(%x, %p) : fp32[1,2,3,3]
    return %y)"},
    {"Mix", "mix", R"(
    input %x : fp32[2,4]
    input %z : fp32[2,4]
    parameter %w : fp32[4]
    %a = aten::mul.Tensor(%x, %w) : fp32[2,4]
    %r = aten::rsub.Scalar(%w, 1) : fp32[4]
    %b = aten::mul.Tensor(%z, %r) : fp32[2,4]
    %y = aten::add.Tensor(%a, %b) : fp32[2,4]
    return %y)"},
    {"TwoWeightsAreNoMix", "scale scale", R"(
    input %x : fp32[2,4]
    input %z : fp32[2,4]
    parameter %w : fp32[4]
    parameter %v : fp32[4]
    %a = aten::mul.Tensor(%x, %w) : fp32[2,4]
    %r = aten::rsub.Scalar(%v, 1) : fp32[4]
    %b = aten::mul.Tensor(%z, %r) : fp32[2,4]
    %y = aten::add.Tensor(%a, %b) : fp32[2,4]
    return %y)"},
    {"SegmentDecay", "segment_decay", R"(
    input %x : fp32[2,4,4]
    %o = aten::ones([4, 4], dtype=bool) : bool[4,4]
    %t = aten::tril(%o, -1) : bool[4,4]
    %n = aten::bitwise_not(%t) : bool[4,4]
    %a = aten::masked_fill.Scalar(%x, %n, 0) : fp32[2,4,4]
    %c = aten::cumsum(%a, -2) : fp32[2,4,4]
    %p = aten::ones([4, 4], dtype=bool) : bool[4,4]
    %u = aten::tril(%p, 0) : bool[4,4]
    %m = aten::bitwise_not(%u) : bool[4,4]
    %b = aten::masked_fill.Scalar(%c, %m, -inf) : fp32[2,4,4]
    %y = aten::exp(%b) : fp32[2,4,4]
    return %y)"},
    {"TimeStep", "time_step", R"(
    input %x : fp32[2,4]
    parameter %b : fp32[4]
    %a = aten::add.Tensor(%x, %b) : fp32[2,4]
    %s = aten::softplus(%a) : fp32[2,4]
    %y = aten::clamp(%s, 0.0, 1.0) : fp32[2,4]
    return %y)"},
    {"SoftplusWithoutABiasIsNoTimeStep", "softplus clamp", R"(
    input %x : fp32[2,4]
    %s = aten::softplus(%x) : fp32[2,4]
    %y = aten::clamp(%s, 0.0, 1.0) : fp32[2,4]
    return %y)"},
    {"Scale", "scale", R"(
    input %x : fp32[2,4]
    parameter %w : fp32[4]
    %y = aten::mul.Tensor(%x, %w) : fp32[2,4]
    return %y)"},
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

// The program on half-precision inputs that it casts first: `%x` becomes the cast of `%x_half`.
std::string on_casts(const std::string& text) {
  std::string head;
  std::string casts;
  std::string rest;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const bool declares = line.find("input %") != std::string::npos ||
                          line.find("parameter %") != std::string::npos ||
                          line.find("buffer %") != std::string::npos;
    if (!declares) {
      rest += line + '\n';
      continue;
    }
    const std::size_t name = line.find("input %");
    const std::size_t type = line.find(" : fp32");
    if (name == std::string::npos || type == std::string::npos) {
      head += line + '\n';
      continue;
    }
    const std::string value = line.substr(name + 6, type - name - 6);
    const std::string shape = line.substr(type + 7);
    head += "    input " + value + "_half : bf16" + shape + '\n';
    casts += "    " + value + " = aten::to.dtype(" + value + "_half, fp32) : fp32" + shape + '\n';
  }
  return head + casts + rest;
}

TEST_P(Recognition, NamesItInHalfPrecision) {
  EXPECT_EQ(Covered(replaced(GetParam().text, "fp32", "bf16")).operations(), GetParam().operations);
}

std::multiset<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

// A cast may move a kernel forward: it starts where its operand is cast.
TEST_P(Recognition, NamesItBehindCasts) {
  EXPECT_EQ(words(Covered(on_casts(GetParam().text)).operations()), words(GetParam().operations));
}

std::string test_name(const testing::TestParamInfo<Recognised>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Norms, Recognition, testing::ValuesIn(kNorms), test_name);
INSTANTIATE_TEST_SUITE_P(Activations, Recognition, testing::ValuesIn(kActivations), test_name);
INSTANTIATE_TEST_SUITE_P(Products, Recognition, testing::ValuesIn(kProducts), test_name);
INSTANTIATE_TEST_SUITE_P(SpelledOut, Recognition, testing::ValuesIn(kSpelledOut), test_name);
INSTANTIATE_TEST_SUITE_P(Parts, Recognition, testing::ValuesIn(kParts), test_name);
INSTANTIATE_TEST_SUITE_P(Ropes, Recognition, testing::ValuesIn(kRopes), test_name);

}  // namespace
}  // namespace strata
