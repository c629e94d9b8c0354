#pragma once

#include <string>
#include <string_view>

#include "decomposer/tree/tree.h"

namespace strata {

// What emitted code says in other words than the graph. The two reach the same ATen kernel with the
// same numbers; a proof that compares calls of the dispatcher brings both sides to one form first.
// All there is:
//   1. A number in a tensor's place: `x * 2` calls mul.Scalar where the graph has mul.Tensor(x, 2).
//   ATen's mul.Scalar
//      is mul.Tensor with the number as a 0-d tensor that takes part in type promotion as a number
//      does. Canonical: the Tensor overload. Which operators: scalar_overload.
//   2. Casts: to.dtype_layout, to.device and _to_copy-free forms on the CPU are written
//   x.to(dtype). Canonical: to.dtype.
//   3. Options: layout strided, device cpu and unpinned memory are left out. Canonical: None.
//   4. x.slice(d, a) leaves out an end of 9223372036854775807. Canonical: None.
//   5. add, sub: alpha 1 and 1.0 are both left out. Canonical: the integer 1.
//   6. A default such as {1, 1} is left out, and C++ then passes {1}, which counts for every
//   dimension. Canonical: {1, 1}.
// Beside these, x.contiguous() makes no call at all when x is contiguous already (at::Tensor checks
// it first).

// The overload that C++ picks when a number stands where this operator wants the tensor `argument`;
// nullptr when there is none. "mul.Tensor" and "other" give "Scalar".
const char* scalar_overload(const OperatorSchema& op, std::string_view argument);

// True for aten::to.dtype, .dtype_layout and .device that only change the dtype.
bool is_cast(const OperatorCall& call);

// The call in its canonical form. Operands and results are kept; the schema may change to that of
// another overload.
OperatorCall canonical_call(OperatorCall call);

}  // namespace strata
