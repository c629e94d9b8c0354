#include "anticheat/policy/policy.h"

namespace strata {

// Kernels (L0): what a file without a ledger entry may hold besides its one operation, and how
// operators are spelt.
void add_kernel_policy(Policy& policy) {
  for (const char* name : {"add",          "sub",         "mul",
                           "div",          "neg",         "pow",
                           "rsub",         "exp",         "exp2",
                           "expm1",        "log",         "log2",
                           "log10",        "log1p",       "sqrt",
                           "rsqrt",        "square",      "reciprocal",
                           "abs",          "sign",        "sgn",
                           "floor",        "ceil",        "round",
                           "trunc",        "frac",        "sin",
                           "cos",          "tan",         "asin",
                           "acos",         "atan",        "atan2",
                           "sinh",         "cosh",        "tanh",
                           "asinh",        "acosh",       "atanh",
                           "erf",          "erfc",        "sigmoid",
                           "logit",        "relu",        "relu6",
                           "gelu",         "silu",        "mish",
                           "elu",          "selu",        "celu",
                           "leaky_relu",   "prelu",       "hardtanh",
                           "hardswish",    "hardsigmoid", "softplus",
                           "softsign",     "log_sigmoid", "clamp",
                           "clamp_min",    "clamp_max",   "maximum",
                           "minimum",      "fmod",        "remainder",
                           "floor_divide", "where",       "eq",
                           "ne",           "lt",          "le",
                           "gt",           "ge",          "logical_and",
                           "logical_or",   "logical_not", "logical_xor",
                           "bitwise_and",  "bitwise_or",  "bitwise_xor",
                           "bitwise_not",  "isnan",       "isinf",
                           "isfinite",     "masked_fill", "tril",
                           "triu",         "fill",        "lerp",
                           "addcmul",      "addcdiv",     "view_as_complex",
                           "view_as_real", "complex",     "polar",
                           "real",         "imag",        "conj",
                           "detach",       "nan_to_num"}) {
    policy.elementwise.push_back({name, "works on each element alone"});
  }
  for (const char* name : {"sigmoid", "tanh", "relu", "relu6", "gelu", "silu", "mish", "elu",
                           "selu", "celu", "leaky_relu", "prelu", "hardtanh", "hardswish",
                           "hardsigmoid", "softplus", "softsign", "log_sigmoid"}) {
    policy.activations.push_back({name, "an activation"});
  }
  policy.reductions = {{"sum", 2}, {"mean", 2}, {"amax", 2},     {"amin", 2},    {"logsumexp", 2},
                       {"var", 3}, {"std", 3},  {"var_mean", 3}, {"std_mean", 3}};
  for (const char* name : {"detach",
                           "unfold",
                           "alias",
                           "as_strided",
                           "real",
                           "imag",
                           "conj",
                           "resolve_conj",
                           "resolve_neg",
                           "dropout",
                           "feature_dropout",
                           "lift_fresh",
                           "hsplit",
                           "vsplit",
                           "dsplit",
                           "ravel",
                           "adjoint",
                           "positive",
                           "matrix_H",
                           "mH",
                           "unsafe_split",
                           "unsafe_chunk",
                           "atleast_1d",
                           "atleast_2d",
                           "atleast_3d"}) {
    policy.view_operators.push_back({name, "the same memory"});
  }
  for (const char* name :
       {"arange", "zeros", "ones", "full", "scalar_tensor", "eye", "linspace", "zeros_like",
        "ones_like", "full_like", "new_zeros", "new_ones", "new_full"}) {
    policy.factories.push_back({name, "a constant of the kernel"});
  }
  for (const char* name : {"at::randn", "at::rand", "at::randint", "at::zeros", "at::ones",
                           "at::full", "at::arange"}) {
    policy.input_factories.push_back({name, "an input of the right shape and range"});
  }
  for (const char* name : {"at::empty", "at::empty_strided"}) {
    policy.parameter_factories.push_back(
        {name, "room for a parameter; its values come from the archive"});
  }
  policy.operator_aliases = {
      {"operator+", "add"},
      {"operator*", "mul"},
      {"operator/", "div"},
      {"operator&", "bitwise_and"},
      {"operator|", "bitwise_or"},
      {"operator^", "bitwise_xor"},
      {"operator~", "bitwise_not"},
      {"operator!", "logical_not"},
      {"operator==", "eq"},
      {"operator!=", "ne"},
      {"operator<", "lt"},
      {"operator<=", "le"},
      {"operator>", "gt"},
      {"operator>=", "ge"},
      {"operator%", "remainder"},
      {"__and__", "bitwise_and"},
      {"__or__", "bitwise_or"},
      {"__xor__", "bitwise_xor"},
      {"multiply", "mul"},
      {"divide", "div"},
      {"true_divide", "div"},
      {"subtract", "sub"},
      {"negative", "neg"},
      {"clip", "clamp"},
      {"greater", "gt"},
      {"greater_equal", "ge"},
      {"less", "lt"},
      {"less_equal", "le"},
      {"not_equal", "ne"},
      {"absolute", "abs"},
  };
}

}  // namespace strata
