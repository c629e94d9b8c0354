#pragma once

#include <vector>

#include "decomposer/partition/assemble.h"
#include "decomposer/partition/form.h"
#include "decomposer/partition/nesting.h"

namespace strata {

// Names children and parameters, then gives every instance its path.
//
// A child that is a module of the author's has the last part of its attribute path (`attn`; in a
// list `h` and 3), with more of the path in front where that is needed to tell it from another
// (`attention_output` beside `output`). A child that is no module has the name of its operation
// (`softmax`, `matmul`, `matmul_2`). A parameter has the last part of its name.
void name_members(const Graph& graph, const Nesting& nesting, const std::vector<Form>& forms,
                  Assembly& assembly);

}  // namespace strata
