#include "decomposer/emit/equivalence.h"

#include <algorithm>
#include <array>
#include <limits>

namespace strata {
namespace {

struct NumberForm {
  std::string_view name;
  std::string_view overload;
  std::string_view argument;
  const char* with_number;
};
constexpr auto kNumberForms = std::to_array<NumberForm>({
    {"__and__", "Tensor", "other", "Scalar"},     {"__or__", "Tensor", "other", "Scalar"},
    {"__xor__", "Tensor", "other", "Scalar"},     {"add", "Tensor", "other", "Scalar"},
    {"add_", "Tensor", "other", "Scalar"},        {"bitwise_and", "Tensor", "other", "Scalar"},
    {"bitwise_or", "Tensor", "other", "Scalar"},  {"bitwise_xor", "Tensor", "other", "Scalar"},
    {"div", "Tensor", "other", "Scalar"},         {"div", "Tensor_mode", "other", "Scalar_mode"},
    {"div_", "Tensor", "other", "Scalar"},        {"div_", "Tensor_mode", "other", "Scalar_mode"},
    {"divide", "Tensor", "other", "Scalar"},      {"divide", "Tensor_mode", "other", "Scalar_mode"},
    {"floor_divide", "", "other", "Scalar"},      {"floor_divide_", "Tensor", "other", "Scalar"},
    {"multiply", "Tensor", "other", "Scalar"},    {"subtract", "Tensor", "other", "Scalar"},
    {"true_divide", "Tensor", "other", "Scalar"}, {"eq", "Tensor", "other", "Scalar"},
    {"ge", "Tensor", "other", "Scalar"},          {"gt", "Tensor", "other", "Scalar"},
    {"le", "Tensor", "other", "Scalar"},          {"lt", "Tensor", "other", "Scalar"},
    {"mul", "Tensor", "other", "Scalar"},         {"mul_", "Tensor", "other", "Scalar"},
    {"ne", "Tensor", "other", "Scalar"},          {"remainder", "Tensor", "other", "Scalar"},
    {"sub", "Tensor", "other", "Scalar"},         {"sub_", "Tensor", "other", "Scalar"},
    {"where", "self", "other", "ScalarOther"},
});

Argument* find(OperatorCall& call, std::string_view name) {
  const int index = call.op->argument_index(name);
  return index < 0 ? nullptr : &call.arguments.at(static_cast<std::size_t>(index));
}

bool absent(const Argument& argument) { return std::holds_alternative<NoneArgument>(argument); }

// "mul.Scalar" back to "mul.Tensor". The two schemas name and order their arguments alike.
void undo_number_form(OperatorCall& call) {
  for (const NumberForm& form : kNumberForms) {
    if (call.op->name != form.name || call.op->overload != form.with_number) continue;
    const auto tensor_form = operator_schema("aten", call.op->name, std::string(form.overload));
    std::vector<Argument> arguments;
    for (const SchemaArgument& schema : tensor_form->arguments) {
      const Argument* given = find(call, schema.name);
      arguments.push_back(given ? *given : schema.default_value);
    }
    call.op = tensor_form;
    call.arguments = std::move(arguments);
    return;
  }
}

void undo_cast_form(OperatorCall& call) {
  if (call.op->overload == "dtype" || !is_cast(call)) return;
  const auto plain = operator_schema("aten", "to", "dtype");
  std::vector<Argument> arguments;
  for (const SchemaArgument& schema : plain->arguments)
    arguments.push_back(*find(call, schema.name));
  call.op = plain;
  call.arguments = std::move(arguments);
}

void drop_plain_options(OperatorCall& call) {
  if (Argument* layout = find(call, "layout"); layout && *layout == Argument{Layout::kStrided})
    *layout = NoneArgument{};
  if (Argument* pinned = find(call, "pin_memory"); pinned && *pinned == Argument{false})
    *pinned = NoneArgument{};
  if (Argument* device = find(call, "device")) {
    const auto* value = std::get_if<Device>(device);
    if (value && value->type == "cpu") *device = NoneArgument{};
  }
}

// The schema says for how many dimensions by its default: `SymInt[2] stride=1` has the default {1,
// 1}.
void spread_lists(OperatorCall& call) {
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const auto* usual =
        std::get_if<std::vector<std::int64_t>>(&call.op->arguments[i].default_value);
    auto* given = std::get_if<std::vector<std::int64_t>>(&call.arguments[i]);
    if (usual && given && given->size() == 1 && usual->size() > 1)
      given->assign(usual->size(), given->front());
  }
}

}  // namespace

const char* scalar_overload(const OperatorSchema& op, std::string_view argument) {
  for (const NumberForm& form : kNumberForms) {
    if (form.name == op.name && form.overload == op.overload && form.argument == argument)
      return form.with_number;
  }
  return nullptr;
}

bool is_cast(const OperatorCall& call) {
  const OperatorSchema& op = *call.op;
  if (op.name_space != "aten" || op.name != "to") return false;
  if (op.overload != "dtype" && op.overload != "dtype_layout" && op.overload != "device")
    return false;
  const auto given = [&](std::string_view name) -> const Argument* {
    const int index = op.argument_index(name);
    return index < 0 ? nullptr : &call.arguments.at(static_cast<std::size_t>(index));
  };
  const Argument* dtype = given("dtype");
  if (!dtype || absent(*dtype)) return false;
  if (const Argument* layout = given("layout");
      layout && !absent(*layout) && *layout != Argument{Layout::kStrided})
    return false;
  if (const Argument* pinned = given("pin_memory"); pinned && *pinned == Argument{true})
    return false;
  if (const Argument* device = given("device"); device && !absent(*device)) {
    return std::get<Device>(*device).type == "cpu";
  }
  return true;
}

OperatorCall canonical_call(OperatorCall call) {
  if (call.op->name_space != "aten") return call;
  undo_number_form(call);
  undo_cast_form(call);
  drop_plain_options(call);
  spread_lists(call);
  if (Argument* end = find(call, "end");
      end && call.op->name == "slice" &&
      *end == Argument{std::numeric_limits<std::int64_t>::max()}) {
    *end = NoneArgument{};
  }
  if (Argument* alpha = find(call, "alpha"); alpha && *alpha == Argument{1.0})
    *alpha = std::int64_t{1};
  return call;
}

}  // namespace strata
