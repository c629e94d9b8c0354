#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels_l0/count.h"
#include "kernels_l0/scalar_type.h"

// One ATen call as the formulas of its cost see it: plain shapes, dtypes and attributes.

namespace strata {

struct TensorShape {
  std::vector<std::int64_t> sizes;
  ScalarType dtype = ScalarType::kFloat32;
};

Count elements(const TensorShape& tensor);
Count bytes(const TensorShape& tensor);
// The size of its last dimension; 1 for a scalar.
std::int64_t last_size(const TensorShape& tensor);

struct OperationArgument {
  std::string name;                  // as in the operator's schema: "weight"
  std::vector<TensorShape> tensors;  // a tensor or a list of them; none for all else
  std::vector<double> numbers;       // numbers, flags (0 or 1) and lists of them
  std::string text;
};

struct Operation {
  std::string name;                          // without namespace: "conv2d"
  std::string overload;                      // "Tensor"; "" for the default one
  std::vector<OperationArgument> arguments;  // those that are None are left out
  std::vector<TensorShape> outputs;

  // The tensor of this argument; null when there is none.
  const TensorShape* tensor(std::string_view argument) const;
  // The first number of this argument; `otherwise` when there is none.
  double number(std::string_view argument, double otherwise) const;
  std::vector<std::int64_t> integers(std::string_view argument) const;
  std::string_view text(std::string_view argument) const;
  bool has(std::string_view argument) const;  // it is given, and not None
  // The n-th tensor among all arguments, lists flattened; throws Error{"cost.operand"} when there
  // are fewer.
  const TensorShape& operand(std::size_t n) const;
  const TensorShape& output() const;  // the first; throws Error{"cost.operand"} when there is none
};

// Arithmetic on scalars, on whatever type: + - * / negation, comparisons, max and min, and
// exp log sqrt tanh erf sin cos pow are one each; what is made of them counts as they do (a
// sigmoid is 4). A reduction of n elements counts n. Moving, casting, selecting and computing
// addresses count nothing.
struct Flops {
  Count matrix;  // products and sums of contractions (matmul, convolution, attention): two each
  Count vector;  // all others

  Count total() const { return matrix + vector; }
  Flops& operator+=(const Flops& other);
  friend bool operator==(const Flops&, const Flops&) = default;
};

// A cost formula; nullopt where it does not know this call.
using FlopsFormula = std::optional<Flops> (*)(const Operation&);
// Bytes of its first operand that a call reads.
using BytesFormula = Count (*)(const Operation&);

}  // namespace strata
