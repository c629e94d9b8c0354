#pragma once

#include <string>
#include <vector>

#include "anticheat/reply.h"
#include "anticheat/request.h"
#include "decomposer/tree/tree.h"

// What a parent may compute when its original has no ledger: residuals, scales and the like, as
// often as the original itself adds, subtracts, multiplies and divides.

namespace strata {

// Of operators by base name ("add", "mul_", "rsub"; also "aten::add.Tensor", as traces say), how
// often a parent may use each of +, -, *, / and powers. Sums and differences are one budget, so are
// products and quotients, for x / 8 and x * 0.125 are the same step in other words.
OperatorCounts arithmetic_in(const OperatorCounts& operators);

// One call by what it computes and what it gives, "products 2x4:fp32"; "" for an operator that is
// no arithmetic.
std::string arithmetic_result(const std::string& operator_name,
                              const std::vector<std::int64_t>& sizes, ScalarType dtype);

// A cast that computes, "casts 2x4:bool": to bool it compares with zero, to an integer it truncates
// or takes a remainder, from complex to real it takes a part. "" for other casts and operators.
std::string cast_result(const std::string& operator_name, ScalarType from,
                        const std::vector<std::int64_t>& sizes, ScalarType to);

// What the ledger gives to a component itself, its children left out, by arithmetic_result and
// cast_result.
OperatorCounts ledger_arithmetic(const Component& component);

// What is more than allowed, both by these names: "products 2x4:fp32: ran 2, the original has
// 1".
std::vector<std::string> beyond(const OperatorCounts& ran, const OperatorCounts& allowed);

// What the component and the parents below it compute in all, against the original's. `root`: the
// file of the component. A sentence for each excess.
std::vector<std::string> arithmetic_excess(const std::vector<ClassFacts>& classes,
                                           const std::string& root, const OperatorCounts& original);

// The child of the component `root` that holds all the operators of the whole, more than one, and
// is flat: then nothing was decomposed. Beside it there may be operators for show, that can leave a
// value as it is and that the original, where what it ran is known, has none of. "" when there is
// none.
std::string sole_flat_child(const std::vector<ClassFacts>& classes, const std::string& root,
                            const OperatorCounts& original);

// Likewise the class of a child that is raw code, which no facts tell of, beside which there is no
// other. `original`: what it ran; with a single operator there is nothing to decompose.
std::string sole_raw_child(const std::vector<ClassFacts>& classes, const std::string& root,
                           const OperatorCounts& original);

}  // namespace strata
