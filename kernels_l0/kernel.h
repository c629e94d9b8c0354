#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels_l0/operation.h"

namespace strata {

// One entry of the catalogue: a semantic kernel and how it is recognised in a graph. Plain data;
// adding a kernel is one file that returns one of these, its test, and one line in kernels.h.
//
// A pattern is an expression over ATen operator names, matched from the value it produces towards
// its operands:
//   mul(a, b)     the operator (any overload) with these leading arguments; add and mul match in
//                 both orders
//   to?(e)        the operator or nothing: an optional step
//   a|b(e)        either operator
//   ~view(e)      any chain of single-operand plumbing, then e
//   %x            any tensor; the same name must be the same value everywhere
//   @w            a parameter or a view of one
//   $eps          any number; a literal number must be equal to within 1e-4 relative
//   "tanh"        exactly this text
//   list(e, ...)  a list of tensors
//   op(...)       any arguments
// A cast may stand between any two steps, so that half precision needs no patterns of its own;
// `to?` only says where one is preferred to be inside, at the start and the end. Inner values must
// have no reader outside the match. The ops inside stay exactly as they are: recognition names a
// region, it never rewrites it.
struct Kernel {
  std::string name;         // the operation in component names: "rms_norm"
  std::string description;  // what it computes, in words or a formula; ends up in the emitted
                            // file's comment
  std::vector<std::string> patterns;  // tried in order; the first match wins
  // What `%x`-like operands are called in the emitted signature, in the order of the pattern's
  // first use; may be empty.
  std::vector<std::string> operand_names;
  // Asked of a match, with the sizes of what the pattern's `%x` and `@w` stand for, in the order of
  // first use, and of the result. Null: whatever matches is one.
  bool (*fits)(const std::vector<std::vector<std::int64_t>>& sizes) = nullptr;
  // What one call of its own operator costs: one that a pattern of the form `name|name(...)` lists.
  // Kernels that are several operators cost what these do. Null: there is no such operator.
  FlopsFormula flops = nullptr;
  // For operators that read only some entries of their first operand. Null: they read all.
  BytesFormula first_operand_read = nullptr;
};

}  // namespace strata
