#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <string>
#include <vector>

#include "decomposer/schema/operator_schema.h"

namespace strata {

// The inverse of to_ivalue, for arguments as they reach the dispatcher: tensors are appended to
// `operands` and named by their index there; a tensor that stands for a number becomes the number.
Argument from_ivalue(const c10::IValue& value, const SchemaArgument& place,
                     std::vector<at::Tensor>& operands);

// An argument in words that say all that matters. `names`: one for each tensor that it may name.
std::string argument_words(const Argument& argument, const std::vector<std::string>& names);

}  // namespace strata
