#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "decomposer/schema/operator_schema.h"
#include "tests/mutants/body.h"
#include "tests/mutants/maker.h"

// An operator's call with other arguments, or another operator with the same.

namespace strata {

void Maker::set(const std::string& kind, std::size_t place, std::size_t argument, Argument value,
                const std::string& text) {
  const SchemaArgument& schema = call(place).op->arguments[argument];
  add(kind, place, fmt::format("{}: {} becomes {}", call(place).op->name, schema.name, text),
      [&](Component& component) {
        std::get<OperatorCall>(component.body[place]).arguments[argument] = value;
      });
}

// Dimensions, constants, epsilons, bounds of slices, exact or approximate.
void Maker::number_mutants(std::size_t place, std::size_t argument) {
  const OperatorCall& now = call(place);
  const std::string& name = now.op->arguments[argument].name;
  const Argument& value = now.arguments[argument];
  if (const auto* number = std::get_if<double>(&value)) {
    if (name == "eps") {
      set("other_eps", place, argument, *number * 1000, "1000 times as large");
      set("dropped_eps", place, argument, 0.0, "0");
    } else if (*number != 0) {
      set("other_constant", place, argument, *number * 2, "twice as large");
      set("other_constant", place, argument, -*number, "negative");
    }
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    if (name.starts_with("dim") || name == "axis") {
      set("other_axis", place, argument, *integer + 1, "the next");
      set("other_axis", place, argument, *integer - 1, "the one before");
    } else if (name == "start" || name == "end" || name == "index") {
      set("off_by_one", place, argument, *integer + 1, "one more");
      set("off_by_one", place, argument, *integer - 1, "one less");
    } else if (name == "other" || name == "value" || name == "exponent" || name == "groups" ||
               name == "diagonal" || name == "self") {
      set("other_constant", place, argument, *integer + 1, "one more");
    }
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    static const std::set<std::string> kMeaningful{"is_causal", "count_include_pad", "ceil_mode",
                                                   "keepdim",   "training",          "transpose"};
    if (kMeaningful.contains(name))
      set("other_flag", place, argument, !*flag, *flag ? "false" : "true");
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    if (name == "approximate")
      set("other_gelu", place, argument, std::string(*text == "tanh" ? "none" : "tanh"),
          "the other variant");
  } else if (const auto* type = std::get_if<ScalarType>(&value)) {
    if (floating(*type))
      set("wrong_cast", place, argument,
          *type == ScalarType::kBFloat16 ? ScalarType::kFloat16 : ScalarType::kBFloat16,
          "another type");
  }
}

// The order of dimensions, and sizes that are split otherwise.
void Maker::list_mutants(std::size_t place, std::size_t argument) {
  const OperatorCall& now = call(place);
  const auto* list = std::get_if<std::vector<std::int64_t>>(&now.arguments[argument]);
  if (list == nullptr) return;
  const std::string& name = now.op->arguments[argument].name;
  for (std::size_t i = 0; i + 1 < list->size(); ++i) {
    if ((*list)[i] == (*list)[i + 1]) continue;
    std::vector<std::int64_t> swapped = *list;
    std::swap(swapped[i], swapped[i + 1]);
    if (name == "dims") set("wrong_transpose", place, argument, swapped, "in another order");
    if (name == "size" || name == "shape")
      set("wrong_view", place, argument, swapped, "in another order");
  }
  if (list->size() == 1 && name == "dim")
    set("other_axis", place, argument, std::vector<std::int64_t>{list->front() - 1},
        "the one before");
  if (name == "stride" || name == "dilation" || name == "padding") {
    std::vector<std::int64_t> more = *list;
    for (std::int64_t& one : more) ++one;
    if (!more.empty()) set("other_constant", place, argument, more, "one more");
  }
}

void Maker::argument_mutants(std::size_t place, std::size_t argument) {
  const OperatorCall& now = call(place);
  const SchemaArgument& schema = now.op->arguments[argument];
  number_mutants(place, argument);
  list_mutants(place, argument);
  const bool tensor = std::holds_alternative<ValueRef>(now.arguments[argument]);
  if (tensor && schema.optional) {
    set(schema.name.find("mask") != std::string::npos ? "dropped_mask"
        : schema.name == "bias"                       ? "dropped_bias"
                                                      : "dropped_operand",
        place, argument, NoneArgument{}, "none");
  }
}

// Two operands of one shape that change places, but for those that commute.
void Maker::swapped_operands(std::size_t place) {
  static const std::set<std::string> kCommute{
      "add",         "mul",        "maximum",     "minimum",    "eq",      "ne",
      "logical_and", "logical_or", "bitwise_and", "bitwise_or", "__and__", "__or__"};
  const OperatorCall& now = call(place);
  if (kCommute.contains(now.op->name)) return;
  std::vector<std::size_t> operands;
  for (std::size_t i = 0; i < now.arguments.size(); ++i)
    if (std::holds_alternative<ValueRef>(now.arguments[i])) operands.push_back(i);
  for (std::size_t i = 0; i < operands.size(); ++i) {
    for (std::size_t j = i + 1; j < operands.size(); ++j) {
      const LocalId one = std::get<ValueRef>(now.arguments[operands[i]]).id;
      const LocalId other = std::get<ValueRef>(now.arguments[operands[j]]).id;
      if (one == other || !alike(local(one), local(other))) continue;
      add("swapped_arguments", place,
          fmt::format("{}: {} and {} change places", now.op->name,
                      now.op->arguments[operands[i]].name, now.op->arguments[operands[j]].name),
          [&](Component& component) {
            auto& arguments = std::get<OperatorCall>(component.body[place]).arguments;
            std::swap(arguments[operands[i]], arguments[operands[j]]);
          });
    }
  }
}

// Operators of one signature that do something else.
void Maker::other_operator(std::size_t place) {
  static const std::map<std::string, std::string> kOthers{{"add", "sub"},
                                                          {"sub", "add"},
                                                          {"mul", "div"},
                                                          {"div", "mul"},
                                                          {"relu", "sigmoid"},
                                                          {"silu", "relu"},
                                                          {"tanh", "sigmoid"},
                                                          {"sigmoid", "tanh"},
                                                          {"cos", "sin"},
                                                          {"sin", "cos"},
                                                          {"rsqrt", "reciprocal"},
                                                          {"exp", "expm1"},
                                                          {"maximum", "minimum"},
                                                          {"minimum", "maximum"},
                                                          {"softmax", "log_softmax"},
                                                          {"argmax", "argmin"},
                                                          {"gt", "ge"},
                                                          {"ge", "gt"},
                                                          {"lt", "le"},
                                                          {"le", "lt"},
                                                          {"zeros", "ones"},
                                                          {"ones", "zeros"},
                                                          {"tril", "triu"},
                                                          {"triu", "tril"},
                                                          {"amax", "amin"},
                                                          {"cumsum", "cumprod"}};
  const OperatorCall& now = call(place);
  const auto found = kOthers.find(now.op->name);
  if (found == kOthers.end()) return;
  const auto other = operator_schema(now.op->name_space, found->second, now.op->overload);
  if (other->arguments.size() != now.op->arguments.size()) return;
  add("other_operator", place, fmt::format("{} becomes {}", now.op->name, other->name),
      [&](Component& component) { std::get<OperatorCall>(component.body[place]).op = other; });
}

void Maker::operator_mutants(std::size_t place) {
  for (std::size_t i = 0; i < call(place).arguments.size(); ++i) argument_mutants(place, i);
  swapped_operands(place);
  other_operator(place);
}

}  // namespace strata
