#include "kernels_l0/operator_flops.h"

#include <algorithm>
#include <bit>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "kernels_l0/formulas.h"
#include "kernels_l0/plumbing.h"

namespace strata {
namespace {

// What an operator costs: `per_result` for each element of its first result, `per_operand` for each
// of its first operand. A reduction costs by its operand.
struct Rate {
  int per_result = 0;
  int per_operand = 0;
};

using Rates = std::unordered_map<std::string_view, Rate>;

// Sources: PyTorch's documentation of torch.<name>, which defines each by a formula.
const Rates& rates() {
  static const Rates table = {
      // One operation on each element.
      {"sub", {1}},
      {"rsub", {1}},
      {"mul", {1}},
      {"div", {1}},
      {"true_divide", {1}},
      {"neg", {1}},
      {"abs", {1}},
      {"sign", {1}},
      {"sqrt", {1}},
      {"rsqrt", {1}},
      {"reciprocal", {1}},
      {"square", {1}},
      {"exp", {1}},
      {"exp2", {1}},
      {"expm1", {1}},
      {"log", {1}},
      {"log2", {1}},
      {"log10", {1}},
      {"log1p", {1}},
      {"sin", {1}},
      {"cos", {1}},
      {"tan", {1}},
      {"atan", {1}},
      {"atan2", {1}},
      {"erf", {1}},
      {"floor", {1}},
      {"ceil", {1}},
      {"round", {1}},
      {"trunc", {1}},
      {"fmod", {1}},
      {"remainder", {1}},
      {"maximum", {1}},
      {"minimum", {1}},
      {"clamp_min", {1}},
      {"clamp_max", {1}},
      {"eq", {1}},
      {"ne", {1}},
      {"lt", {1}},
      {"le", {1}},
      {"gt", {1}},
      {"ge", {1}},
      {"isnan", {1}},
      {"isinf", {1}},
      {"logical_not", {1}},
      {"logical_and", {1}},
      {"logical_or", {1}},
      {"logical_xor", {1}},
      {"bitwise_not", {1}},
      {"bitwise_and", {1}},
      {"bitwise_or", {1}},
      {"bitwise_xor", {1}},
      {"__and__", {1}},
      {"__or__", {1}},
      {"__xor__", {1}},
      {"__lshift__", {1}},
      {"__rshift__", {1}},
      {"diff", {1}},
      {"outer", {1}},
      // a / b, rounded; a + t * b * c; a + t * b / c; a + t * (b - a); cos and sin times a length.
      {"floor_divide", {2}},
      {"addcmul", {3}},
      {"addcdiv", {3}},
      {"lerp", {3}},
      {"polar", {4}},
      {"logaddexp", {4}},
      // Reductions.
      {"sum", {0, 1}},
      {"prod", {0, 1}},
      {"cumsum", {0, 1}},
      {"cumprod", {0, 1}},
      {"max", {0, 1}},
      {"min", {0, 1}},
      {"amax", {0, 1}},
      {"amin", {0, 1}},
      {"argmax", {0, 1}},
      {"argmin", {0, 1}},
      {"any", {0, 1}},
      {"all", {0, 1}},
      {"mean", {1, 1}},
      {"norm", {1, 2}},                // square, sum; sqrt
      {"linalg_vector_norm", {1, 2}},  // the same
      {"var", {2, 4}},                 // sum, deviation, square, sum; two quotients
      {"std", {3, 4}},                 // and a root
      {"var_mean", {2, 4}},
      {"std_mean", {3, 4}},
      {"logsumexp", {2, 4}},  // max, difference, exp, sum; log, + max
      {"index_add", {0, 1}},
      {"scatter_add", {1}},
  };
  return table;
}

// Operators that move, select or make data and compute nothing.
bool is_movement(std::string_view name) {
  static const std::unordered_set<std::string_view> others = {"expand_as",
                                                              "cond_then",
                                                              "cond_else",
                                                              "cond",
                                                              "copy_",
                                                              "arange",
                                                              "zeros",
                                                              "ones",
                                                              "full",
                                                              "empty",
                                                              "eye",
                                                              "linspace",
                                                              "scalar_tensor",
                                                              "tril_indices",
                                                              "triu_indices",
                                                              "empty_permuted",
                                                              "empty_strided",
                                                              "zeros_like",
                                                              "ones_like",
                                                              "full_like",
                                                              "empty_like",
                                                              "new_zeros",
                                                              "new_ones",
                                                              "new_full",
                                                              "new_empty",
                                                              "rand",
                                                              "randn",
                                                              "rand_like",
                                                              "randn_like",
                                                              "bernoulli",
                                                              "where",
                                                              "triu",
                                                              "tril",
                                                              "flip",
                                                              "roll",
                                                              "rot90",
                                                              "index_put",
                                                              "index_fill",
                                                              "index_copy",
                                                              "scatter",
                                                              "masked_scatter",
                                                              "slice_scatter",
                                                              "select_scatter",
                                                              "fill",
                                                              "zero",
                                                              "diag_embed",
                                                              "meshgrid",
                                                              "one_hot",
                                                              "type_as",
                                                              "real",
                                                              "imag",
                                                              "lift_fresh_copy",
                                                              "pixel_unshuffle",
                                                              "channel_shuffle",
                                                              "im2col",
                                                              "take_along_dim",
                                                              "masked_select",
                                                              "new_empty_strided"};
  return moves_data_only(name) || others.contains(name);
}

// Powers that are products: x^2 is one, x^3 two. Any other is one power.
Count power_flops(const Operation& operation) {
  const Count results = elements(operation.output());
  return operation.number("exponent", 0) == 3 ? results * 2 : results;
}

// a + alpha b.
Count sum_flops(const Operation& operation) {
  return elements(operation.output()) * (operation.number("alpha", 1) == 1 ? 1 : 2);
}

Count clamp_flops(const Operation& operation) {
  const int bounds = (operation.has("min") ? 1 : 0) + (operation.has("max") ? 1 : 0);
  return elements(operation.output()) * bounds;
}

// Comparisons of a merge sort along the dimension: n ceil(log2 n).
Count sort_flops(const Operation& operation) {
  const TensorShape& in = operation.operand(0);
  if (in.sizes.empty()) return 0;
  auto dimension = static_cast<std::int64_t>(operation.number("dim", -1));
  if (dimension < 0) dimension += std::ssize(in.sizes);
  const auto length = static_cast<std::uint64_t>(in.sizes.at(static_cast<std::size_t>(dimension)));
  return elements(in) * (length < 2 ? 0 : std::bit_width(length - 1));
}

std::optional<Flops> complex_flops(const Operation& operation, std::string_view name) {
  // (a + bi)(c + di) takes four products and two sums.
  if (name == "mul") return elementwise(operation, 6);
  if (name == "add" || name == "sub" || name == "neg") return elementwise(operation, 2);
  if (is_movement(name)) return Flops{};
  if (name == "polar") return elementwise(operation, 4);
  return std::nullopt;
}

}  // namespace

std::optional<Flops> operator_flops(const Operation& operation) {
  std::string_view name = operation.name;
  if (is_movement(name)) return Flops{};
  if (name.ends_with('_') && !name.ends_with("__")) name.remove_suffix(1);  // in place
  if (!operation.outputs.empty() && is_complex(operation.output().dtype))
    return complex_flops(operation, name);
  if (is_movement(name)) return Flops{};
  if (name == "add" || name == "sub" || name == "rsub") return Flops{0, sum_flops(operation)};
  if (name == "pow") return Flops{0, power_flops(operation)};
  if (name == "clamp") return Flops{0, clamp_flops(operation)};
  if (name == "sort" || name == "argsort") return Flops{0, sort_flops(operation)};
  if (name == "convolution") return convolution_flops(operation);
  if (name == "mv" || name == "dot" || name == "_grouped_mm") {
    return Flops{elements(operation.output()) * 2 * last_size(operation.operand(0)), 0};
  }
  const auto found = rates().find(name);
  if (found == rates().end()) return std::nullopt;
  Flops flops;
  if (found->second.per_result != 0)
    flops.vector += elements(operation.output()) * found->second.per_result;
  if (found->second.per_operand != 0)
    flops.vector += elements(operation.operand(0)) * found->second.per_operand;
  return flops;
}

}  // namespace strata
