#include <array>
#include <optional>
#include <string_view>

#include "decomposer/normalise/rules.h"

namespace strata {
namespace {

struct Replacement {
  std::string_view name;
  std::string_view by;
  std::string_view overload;
  bool makes;  // the result is made from no tensor; otherwise it is made from the first operand
};

constexpr std::array<Replacement, 16> kReplacements = {{
    {"reshape_as", "reshape", "", false},
    {"view_as", "view", "", false},
    {"expand_as", "expand", "", false},
    {"type_as", "to", "dtype", false},
    {"to", "to", "dtype", false},  // only its overload `other`
    {"zeros_like", "zeros", "", true},
    {"ones_like", "ones", "", true},
    {"empty_like", "empty", "memory_format", true},
    {"full_like", "full", "", true},
    {"rand_like", "rand", "", true},
    {"randn_like", "randn", "", true},
    {"new_zeros", "zeros", "", true},
    {"new_ones", "ones", "", true},
    {"new_empty", "empty", "memory_format", true},
    {"new_full", "full", "", true},
    {"randint_like", "randint", "low", true},
}};

const Replacement* replacement_for(const OperatorSchema& op) {
  if (op.name_space != "aten") return nullptr;
  if (op.name == "to" && op.overload != "other") return nullptr;
  if (op.name == "randint_like" && op.overload != "low_dtype") return nullptr;
  for (const Replacement& one : kReplacements) {
    if (one.name == op.name) return &one;
  }
  return nullptr;
}

bool is_contiguous(const TensorMeta& meta) {
  std::int64_t expected = 1;
  for (std::size_t i = meta.sizes.size(); i > 0; --i) {
    if (meta.sizes[i - 1] == 0) return true;
    if (meta.sizes[i - 1] != 1 && meta.strides[i - 1] != expected) return false;
    expected *= meta.sizes[i - 1];
  }
  return true;
}

// The argument of the new operator: the old node's of the same name where it is still data, else
// what the result shows.
Argument argument_for(const SchemaArgument& declared, const Node& node, const TensorMeta& result,
                      bool makes) {
  if (declared.name == "self") return node.arguments.front();
  if (declared.name == "size" || declared.name == "shape") return result.sizes;
  if (declared.name == "dtype") return result.dtype;
  const Argument* same = argument_named(node, declared.name);
  if (same != nullptr && !is_none(same) && tensors_in(*same).empty() &&
      !(makes && declared.name == "memory_format")) {
    return *same;
  }
  return declared.has_default ? declared.default_value : Argument{NoneArgument{}};
}

}  // namespace

void replace_shape_operands(Rewrite& rewrite) {
  for (NodeId id = 0; id < rewrite.node_count(); ++id) {
    Node& node = rewrite.node(id);
    const Replacement* replacement = replacement_for(*node.op);
    if (replacement == nullptr || node.outputs.size() != 1 || node.outputs[0] == kNone) continue;
    const TensorMeta& result = rewrite.meta(node.outputs[0]);
    if (replacement->makes && !is_contiguous(result)) continue;  // it also lends its strides
    const auto op =
        operator_schema("aten", std::string(replacement->by), std::string(replacement->overload));
    std::vector<Argument> arguments;
    for (const SchemaArgument& declared : op->arguments) {
      arguments.push_back(argument_for(declared, node, result, replacement->makes));
    }
    rewrite.log(
        node, "became " + op->qualified_name(),
        node.op->qualified_name() + " reads an operand for its shape or element type alone");
    node.op = op;
    node.arguments = std::move(arguments);
  }
}

}  // namespace strata
