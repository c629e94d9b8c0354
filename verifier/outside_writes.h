#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

#include "verifier/trace.h"

namespace strata {

// Runs `run` on this thread and looks at every tensor's memory when an operator has made or written
// it and again when the next one reads it, or it is returned. Says, for people, what was changed by
// something that is no operator, or which of LibTorch's own operators was replaced; "" when nothing
// was. Explains why the same operators gave other numbers; costs a pass over all memory that is
// read. What `run` throws passes through. Not while a trace is recorded.
std::string outside_writes(const std::vector<TraceInput>& inputs,
                           const std::function<std::vector<at::Tensor>()>& run);

}  // namespace strata
