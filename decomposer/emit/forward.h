#pragma once

#include <string>

#include "decomposer/emit/body.h"
#include "decomposer/emit/members.h"
#include "decomposer/tree/tree.h"

namespace strata {

// The C++ text of a component's forward, indented by two columns, with a newline at its end.
std::string forward_text(const Component& component, const Members& members,
                         const CalleeTraits& callees);

// "at::Tensor", "std::tuple<at::Tensor, at::Tensor>", "void"
std::string result_type(const Component& component);

}  // namespace strata
