#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "decomposer/schema/operator_schema.h"

namespace strata {

// A branch on a tensor (torch.cond) stands in a graph, and in a kernel's body, as a bracket around
// the nodes of its two branches. LibTorch has no such operators, so they are told here:
//
//   higher_order::cond_then(Tensor predicate) -> ()
//   ... the nodes that run when the predicate is true
//   higher_order::cond_else(Tensor predicate) -> ()
//   ... the nodes that run when it is false
//   higher_order::cond(Tensor predicate, Tensor[] when_true, Tensor[] when_false) -> Tensor[]
//
// What is made in a branch is read there, and by the end as one of its results, nowhere else.
enum class CondPart : std::uint8_t { kNone, kThen, kElse, kEnd };

CondPart cond_part(const OperatorSchema& op);
// `part` is not kNone.
std::shared_ptr<const OperatorSchema> cond_operator(CondPart part);
// By namespace and name; null for any other operator.
std::shared_ptr<const OperatorSchema> cond_operator(std::string_view name_space,
                                                    std::string_view name);

}  // namespace strata
