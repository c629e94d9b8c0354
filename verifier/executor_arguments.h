#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>

#include <string>

#include "decomposer/schema/argument.h"
#include "decomposer/schema/operator_schema.h"

namespace strata {

// A constant argument as the dispatcher takes it. `formal` and `schema` are the same argument as
// LibTorch and as we describe it. A number in a tensor's place becomes a 0-d tensor that takes part
// in type promotion as a Python number does. `place` names node and argument in errors: throws
// Error{"executor.argument"} when the value does not fit.
c10::IValue constant_ivalue(const Argument& value, const SchemaArgument& schema,
                            const c10::Argument& formal, const std::string& place);

// A 0-d tensor for a number: int64, double, bool or complex double, marked as a wrapped number.
at::Tensor wrapped_number(const at::Scalar& number);

}  // namespace strata
