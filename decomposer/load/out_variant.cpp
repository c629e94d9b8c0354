#include "decomposer/load/out_variant.h"

#include <algorithm>
#include <string>
#include <vector>

#include "kernels_l0/error.h"

namespace strata {
namespace {

// Of `X_out` it is X; of `out` alone the schemas do not say.
std::vector<std::string> candidates(const std::string& overload) {
  if (overload == "out") return {"", "Tensor", "Scalar"};
  if (overload.ends_with("_out")) return {overload.substr(0, overload.size() - 4)};
  return {};
}

bool same_but_for_the_last(const OperatorSchema& op, const OperatorSchema& with_out) {
  const auto same = [](const SchemaArgument& a, const SchemaArgument& b) {
    return a.name == b.name && a.type == b.type;
  };
  return op.arguments.size() + 1 == with_out.arguments.size() &&
         std::equal(op.arguments.begin(), op.arguments.end(), with_out.arguments.begin(), same);
}

}  // namespace

std::shared_ptr<const OperatorSchema> without_out(const OperatorSchema& op) {
  const bool into_the_last = op.returns.size() == 1 && !op.arguments.empty() &&
                             op.arguments.back().written && op.arguments.back().keyword_only;
  if (!into_the_last) return nullptr;
  for (const std::string& overload : candidates(op.overload)) {
    try {
      auto plain = operator_schema(op.name_space, op.name, overload);
      if (same_but_for_the_last(*plain, op)) return plain;
    } catch (const Error&) {
      continue;  // no such overload
    }
  }
  return nullptr;
}

}  // namespace strata
