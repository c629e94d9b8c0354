#pragma once

#include <map>
#include <string>
#include <vector>

#include "decomposer/emit/members.h"
#include "decomposer/tree/tree.h"

namespace strata {

// The C++ text of a component's forward, indented by two columns, with a newline at its end.
// `ordered` and `loop_names` have one entry per component of the tree: whether its calls must keep
// their order, and what an element of a list of it is called in a loop ("block").
std::string forward_text(const Component& component, const Members& members,
                         const std::vector<bool>& ordered,
                         const std::vector<std::string>& loop_names);

// "at::Tensor", "std::tuple<at::Tensor, at::Tensor>", "void"
std::string result_type(const Component& component);

}  // namespace strata
