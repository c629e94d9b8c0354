#include "kernels_l0/operation.h"

#include <algorithm>

#include "kernels_l0/error.h"

namespace strata {
namespace {

const OperationArgument* find(const Operation& operation, std::string_view name) {
  const auto found = std::ranges::find(operation.arguments, name, &OperationArgument::name);
  return found == operation.arguments.end() ? nullptr : &*found;
}

[[noreturn]] void refuse(const Operation& operation, const char* what) {
  throw Error("cost.operand", operation.name + ": its cost follows from " + what +
                                  "; got none; report the model that holds it");
}

}  // namespace

Count elements(const TensorShape& tensor) {
  Count product = 1;
  for (const std::int64_t size : tensor.sizes) product = product * size;
  return product;
}

Count bytes(const TensorShape& tensor) { return elements(tensor) * element_size(tensor.dtype); }

std::int64_t last_size(const TensorShape& tensor) {
  return tensor.sizes.empty() ? 1 : tensor.sizes.back();
}

const TensorShape* Operation::tensor(std::string_view argument) const {
  const OperationArgument* found = find(*this, argument);
  return found == nullptr || found->tensors.empty() ? nullptr : &found->tensors.front();
}

double Operation::number(std::string_view argument, double otherwise) const {
  const OperationArgument* found = find(*this, argument);
  return found == nullptr || found->numbers.empty() ? otherwise : found->numbers.front();
}

std::vector<std::int64_t> Operation::integers(std::string_view argument) const {
  const OperationArgument* found = find(*this, argument);
  if (found == nullptr) return {};
  std::vector<std::int64_t> values;
  for (const double number : found->numbers) values.push_back(static_cast<std::int64_t>(number));
  return values;
}

std::string_view Operation::text(std::string_view argument) const {
  const OperationArgument* found = find(*this, argument);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

bool Operation::has(std::string_view argument) const { return find(*this, argument) != nullptr; }

const TensorShape& Operation::operand(std::size_t n) const {
  for (const OperationArgument& argument : arguments) {
    if (n < argument.tensors.size()) return argument.tensors[n];
    n -= argument.tensors.size();
  }
  refuse(*this, "its operands");
}

const TensorShape& Operation::output() const {
  if (outputs.empty()) refuse(*this, "its result");
  return outputs.front();
}

Flops& Flops::operator+=(const Flops& other) {
  matrix += other.matrix;
  vector += other.vector;
  return *this;
}

}  // namespace strata
