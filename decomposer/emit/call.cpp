#include "decomposer/emit/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>

#include "decomposer/emit/equivalence.h"
#include "decomposer/emit/literal.h"
#include "decomposer/emit/method_only.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Written as methods although functions exist: what moves data reads from left to right.
constexpr auto kMethods = std::to_array<std::string_view>({"chunk",
                                                           "clone",
                                                           "diagonal",
                                                           "expand",
                                                           "flatten",
                                                           "index_select",
                                                           "masked_fill",
                                                           "movedim",
                                                           "narrow",
                                                           "permute",
                                                           "pow",
                                                           "reshape",
                                                           "select",
                                                           "slice",
                                                           "split",
                                                           "squeeze",
                                                           "split_with_sizes",
                                                           "t",
                                                           "transpose",
                                                           "type_as",
                                                           "unbind",
                                                           "unflatten",
                                                           "unsqueeze",
                                                           "view",
                                                           "view_as"});

// Parameters that C++ wants although the schema has a default: up to this one nothing is left out.
struct Spelled {
  std::string_view op;
  std::string_view last;
};
constexpr auto kSpelled = std::to_array<Spelled>({
    {"aten::all.dims", "dim"},
    {"aten::any.dims", "dim"},
    {"aten::argsort", "descending"},
    {"aten::arange.start_step", "step"},
    {"aten::clamp", "min"},
    {"aten::clamp_", "min"},
    {"aten::clip", "min"},
    {"aten::clip_", "min"},
    {"aten::conv1d.padding", "padding"},
    {"aten::conv2d.padding", "padding"},
    {"aten::conv3d.padding", "padding"},
    {"aten::fft_fftfreq", "d"},
    {"aten::fft_rfftfreq", "d"},
    {"aten::linalg_matrix_rank.atol_rtol_float", "rtol"},
    {"aten::linalg_pinv.atol_rtol_float", "rtol"},
    {"aten::logspace", "base"},
    {"aten::range.step", "step"},
    {"aten::std", "unbiased"},
    {"aten::std.correction", "correction"},
    {"aten::std.dim", "unbiased"},
    {"aten::std_mean", "unbiased"},
    {"aten::std_mean.correction", "correction"},
    {"aten::std_mean.dim", "unbiased"},
    {"aten::stft", "normalized"},
    {"aten::tril_indices", "offset"},
    {"aten::triu_indices", "offset"},
    {"aten::var", "unbiased"},
    {"aten::var.correction", "correction"},
    {"aten::var.dim", "unbiased"},
    {"aten::var_mean", "unbiased"},
    {"aten::var_mean.correction", "correction"},
    {"aten::var_mean.dim", "unbiased"},
});

constexpr auto kRandom = std::to_array<std::string_view>(
    {"bernoulli", "multinomial", "normal", "poisson", "rand", "rand_like", "randint",
     "randint_like", "randn", "randn_like", "randperm", "rrelu"});

// One parameter of the C++ function and what to write there.
struct CppArgument {
  std::string name;
  std::string text;
  bool left_out = false;  // equal to the default, may go when nothing follows
};

std::string scalar_text(const Argument& argument) {
  if (const auto* number = std::get_if<std::int64_t>(&argument)) return integer_literal(*number);
  if (const auto* number = std::get_if<double>(&argument)) return double_literal(*number);
  if (const auto* flag = std::get_if<bool>(&argument)) return bool_literal(*flag);
  return complex_literal(std::get<std::complex<double>>(argument));
}

bool is_number(const Argument& argument) {
  return std::holds_alternative<std::int64_t>(argument) ||
         std::holds_alternative<double>(argument) || std::holds_alternative<bool>(argument) ||
         std::holds_alternative<std::complex<double>>(argument);
}

std::string none_text(ArgumentType type) {
  return type == ArgumentType::kTensor ? "{}" : "std::nullopt";
}

std::string doubles_text(const std::vector<double>& values) {
  std::vector<std::string> items;
  for (const double value : values) items.push_back(double_literal(value));
  return braced(items);
}

class CallWriter {
 public:
  CallWriter(const OperatorCall& call, const OperandText& operand)
      : call_(call), op_(*call.op), operand_(operand) {}

  Expression write() {
    if (op_.name_space != "aten") {
      throw Error("emit.operator",
                  op_.qualified_name() +
                      ": emitted code can call ATen operators alone; got namespace '" +
                      op_.name_space +
                      "', expected 'aten'; export the model without this library's operators");
    }
    const bool has_list = std::ranges::any_of(op_.returns, [](const SchemaReturn& result) {
      return result.type == ArgumentType::kTensorList;
    });
    if (has_list && op_.returns.size() > 1) {
      throw Error(
          "emit.operator",
          op_.qualified_name() +
              ": emitted code can take apart a list of tensors or several tensors; got both; "
              "please report this model");
    }
    if (auto expression = arithmetic()) return *expression;
    if (is_cast(call_)) return cast();
    return function_or_method();
  }

 private:
  const Argument& argument(std::size_t index) const { return call_.arguments.at(index); }
  const Argument* argument(std::string_view name) const {
    const int index = op_.argument_index(name);
    return index < 0 ? nullptr : &call_.arguments.at(static_cast<std::size_t>(index));
  }

  Expression read(ValueRef value) {
    Expression expression = operand_(value);
    result_.weight += expression.weight;
    result_.reads.insert(expression.reads.begin(), expression.reads.end());
    return expression;
  }

  Expression finish(std::string text, Binding binding, double weight) {
    result_.text = std::move(text);
    result_.binding = binding;
    result_.weight += weight;
    return result_;
  }

  // + - * / and unary minus, when the call has nothing that the operators can't say.
  std::optional<Expression> arithmetic() {
    // Bound tighter than itself: --x is another operator.
    if (op_.name == "neg")
      return finish("-" + bound(read(std::get<ValueRef>(argument(0))), Binding::kPostfix),
                    Binding::kUnary, 0.5);
    const bool sum = op_.name == "add" || op_.name == "sub";
    const bool product = op_.name == "mul" || op_.name == "div";
    if ((!sum && !product) || (op_.overload != "Tensor" && op_.overload != "Scalar"))
      return std::nullopt;
    const auto* left = std::get_if<ValueRef>(&argument(0));
    if (!left) return std::nullopt;
    const Argument* alpha = argument("alpha");
    if (alpha && *alpha != Argument{std::int64_t{1}} && *alpha != Argument{1.0})
      return std::nullopt;
    const Binding binding = sum ? Binding::kSum : Binding::kProduct;
    const char sign = op_.name == "add"   ? '+'
                      : op_.name == "sub" ? '-'
                      : op_.name == "mul" ? '*'
                                          : '/';
    const std::string first = bound(read(*left), binding);
    const Binding tighter = sum ? Binding::kProduct : Binding::kUnary;
    const std::string second = is_number(argument(1))
                                   ? scalar_text(argument(1))
                                   : bound(read(std::get<ValueRef>(argument(1))), tighter);
    return finish(fmt::format("{} {} {}", first, sign, second), binding, 0.5);
  }

  // All ways to say "the same numbers in another dtype, on the CPU" are written x.to(dtype).
  Expression cast() {
    std::vector<CppArgument> arguments;
    for (const char* name : {"dtype", "non_blocking", "copy", "memory_format"}) {
      arguments.push_back(plain(static_cast<std::size_t>(op_.argument_index(name))));
    }
    arguments.front().left_out = false;
    const std::string receiver = bound(read(std::get<ValueRef>(argument(0))), Binding::kPostfix);
    return finish(fmt::format("{}.to({})", receiver, joined(arguments)), Binding::kPostfix, 0.5);
  }

  Expression function_or_method() {
    const bool plumbing = contains(kMethods, op_.name);
    const bool in_place = op_.name.ends_with('_') && !op_.name.ends_with("__");
    const bool only = is_method_only(op_.name);
    const bool has_receiver =
        !call_.arguments.empty() && std::holds_alternative<ValueRef>(argument(0));
    const bool method = has_receiver && (only || plumbing);
    if (only && !has_receiver) {
      throw Error("emit.operator", op_.qualified_name() +
                                       ": a method needs a tensor as its first argument; got none; "
                                       "please report this model");
    }
    std::string receiver;
    if (method) receiver = bound(read(std::get<ValueRef>(argument(0))), Binding::kPostfix);
    std::vector<CppArgument> arguments;
    for (std::size_t i = method ? 1 : 0; i < op_.arguments.size(); ++i) {
      if (op_.arguments[i].name == "dtype" && starts_options(i)) {
        arguments.push_back(options(i));
        i += 3;
      } else {
        arguments.push_back(plain(i));
      }
    }
    const std::string text = joined(arguments);
    if (method)
      return finish(fmt::format("{}.{}({})", receiver, op_.name, text), Binding::kPostfix,
                    in_place ? 1 : 0.5);
    return finish(fmt::format("at::{}({})", op_.name, text), Binding::kPostfix, 1);
  }

  bool starts_options(std::size_t index) const {
    static constexpr std::array<std::string_view, 4> kOptions = {"dtype", "layout", "device",
                                                                 "pin_memory"};
    if (index + kOptions.size() > op_.arguments.size()) return false;
    for (std::size_t i = 0; i < kOptions.size(); ++i) {
      if (op_.arguments[index + i].name != kOptions[i]) return false;
    }
    return true;
  }

  // The four arguments from `index` on as one at::TensorOptions.
  CppArgument options(std::size_t index) {
    const Argument& dtype = argument(index);
    const Argument& layout = argument(index + 1);
    const Argument& device = argument(index + 2);
    const Argument& pinned = argument(index + 3);
    std::string dtype_text;
    if (const auto* type = std::get_if<ScalarType>(&dtype)) dtype_text = cpp_name(*type);
    std::string rest;
    if (const auto* value = std::get_if<Layout>(&layout); value && *value != Layout::kStrided) {
      rest += fmt::format(".layout({})", layout_literal(*value));
    }
    if (const auto* value = std::get_if<Device>(&device); value && value->type != "cpu") {
      rest += fmt::format(".device({})", device_literal(*value));
    }
    if (pinned == Argument{true}) rest += ".pinned_memory(true)";
    if (rest.empty())
      return {"options", dtype_text.empty() ? "{}" : dtype_text, dtype_text.empty()};
    if (!dtype_text.empty()) dtype_text = fmt::format(".dtype({})", dtype_text);
    return {"options", "at::TensorOptions()" + dtype_text + rest, false};
  }

  CppArgument plain(std::size_t index) {
    const SchemaArgument& schema = op_.arguments[index];
    const Argument& value = argument(index);
    // An epsilon is always told.
    const bool is_default =
        schema.has_default && value == schema.default_value && schema.name != "eps";
    return {schema.name, text_of(schema, value), is_default || is_open_end(schema, value)};
  }

  // "To the last", as torch.export writes it.
  bool is_open_end(const SchemaArgument& schema, const Argument& value) const {
    return op_.name == "slice" && schema.name == "end" &&
           value == Argument{std::numeric_limits<std::int64_t>::max()};
  }

  std::string text_of(const SchemaArgument& schema, const Argument& value) {
    if (std::holds_alternative<NoneArgument>(value)) return none_text(schema.type);
    if (const auto* tensor = std::get_if<ValueRef>(&value)) {
      return tensor->present() ? read(*tensor).text : "{}";
    }
    if (const auto* tensors = std::get_if<std::vector<ValueRef>>(&value)) {
      std::vector<std::string> items;
      for (const ValueRef tensor : *tensors)
        items.push_back(tensor.present() ? read(tensor).text : "{}");
      return braced(items);
    }
    if (is_number(value)) return number_text(schema, value);
    if (const auto* text = std::get_if<std::string>(&value)) return string_literal(*text);
    if (const auto* sizes = std::get_if<std::vector<std::int64_t>>(&value))
      return list_text(schema, *sizes);
    if (const auto* values = std::get_if<std::vector<double>>(&value)) {
      const std::string list = doubles_text(*values);
      return op_.overload == "vec" ? fmt::format("std::optional<at::ArrayRef<double>>({})", list)
                                   : list;
    }
    if (const auto* flags = std::get_if<std::vector<bool>>(&value)) {
      std::vector<std::string> items;
      for (const bool flag : *flags) items.push_back(bool_literal(flag));
      return braced(items);
    }
    if (const auto* type = std::get_if<ScalarType>(&value)) return std::string(cpp_name(*type));
    if (const auto* layout = std::get_if<Layout>(&value)) return layout_literal(*layout);
    if (const auto* format = std::get_if<MemoryFormat>(&value))
      return memory_format_literal(*format);
    return device_literal(std::get<Device>(value));
  }

  std::string number_text(const SchemaArgument& schema, const Argument& value) {
    if (schema.type == ArgumentType::kFloat) {
      const auto* integer = std::get_if<std::int64_t>(&value);
      return integer ? double_literal(static_cast<double>(*integer)) : scalar_text(value);
    }
    if (is_open_end(schema, value)) return "std::nullopt";
    if (schema.type == ArgumentType::kTensor && !scalar_overload(op_, schema.name)) {
      throw Error(
          "emit.operator",
          fmt::format("{}: C++ takes a tensor as '{}'; got the number {}; make it a tensor "
                      "in the model, as with torch.tensor({})",
                      op_.qualified_name(), schema.name, scalar_text(value), scalar_text(value)));
    }
    // A bare 1 would pick the overload that takes `bool unbiased`.
    if (op_.overload == "correction" && schema.name == "correction")
      return fmt::format("at::Scalar({})", scalar_text(value));
    return scalar_text(value);
  }

  std::string list_text(const SchemaArgument& schema,
                        const std::vector<std::int64_t>& sizes) const {
    const std::string list = sizes_literal(sizes);
    if (op_.overload == "vec") return fmt::format("at::OptionalIntArrayRef({})", list);
    // {0, 0} could also be the text of the overload that takes a name for its padding.
    const bool may_be_text =
        op_.name.starts_with("conv") && schema.name == "padding" && !sizes.empty() && sizes[0] == 0;
    return may_be_text ? "at::IntArrayRef" + list : list;
  }

  std::string joined(std::vector<CppArgument>& arguments) const {
    const auto* spelled = std::ranges::find(kSpelled, op_.qualified_name(), &Spelled::op);
    std::size_t keep = 0;
    if (spelled != kSpelled.end()) {
      const auto last = std::ranges::find(arguments, spelled->last, &CppArgument::name);
      keep = static_cast<std::size_t>(last - arguments.begin()) + 1;
    }
    while (arguments.size() > keep && arguments.back().left_out) arguments.pop_back();
    std::vector<std::string> texts;
    for (const CppArgument& argument : arguments) texts.push_back(argument.text);
    return comma_separated(texts);
  }

  const OperatorCall& call_;
  const OperatorSchema& op_;
  const OperandText& operand_;
  Expression result_;
};

}  // namespace

Expression call_expression(const OperatorCall& call, const OperandText& operand) {
  return CallWriter(call, operand).write();
}

bool is_ordered(const OperatorCall& call) {
  if (call.op->writes() || contains(kRandom, call.op->name)) return true;
  const int train = call.op->argument_index("train");
  return train >= 0 && call.arguments.at(static_cast<std::size_t>(train)) == Argument{true};
}

bool returns_list(const OperatorSchema& op) {
  return op.returns.size() == 1 && op.returns[0].type == ArgumentType::kTensorList;
}

}  // namespace strata
