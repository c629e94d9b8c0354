#include "tests/mutants/mutant.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "decomposer/emit/component_file.h"
#include "decomposer/schema/operator_schema.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

bool floating(ScalarType type) {
  return type == ScalarType::kFloat32 || type == ScalarType::kFloat16 ||
         type == ScalarType::kBFloat16 || type == ScalarType::kFloat64;
}

bool alike(const Local& one, const Local& other) {
  return one.sizes == other.sizes && one.dtype == other.dtype;
}

// What a statement reads.
std::vector<LocalId> reads_of(const Statement& statement) {
  if (const auto* child = std::get_if<ChildCall>(&statement)) return child->inputs;
  std::vector<LocalId> reads;
  for (const Argument& argument : std::get<OperatorCall>(statement).arguments)
    for (const ValueRef ref : tensors_in(argument)) reads.push_back(ref.id);
  return reads;
}

const std::vector<LocalId>& outputs_of(const Statement& statement) {
  if (const auto* child = std::get_if<ChildCall>(&statement)) return child->outputs;
  return std::get<OperatorCall>(statement).outputs;
}

void replace_reads(Component& component, std::size_t from, LocalId old, LocalId now) {
  const auto swap = [&](LocalId& id) {
    if (id == old) id = now;
  };
  for (std::size_t i = from; i < component.body.size(); ++i) {
    if (auto* child = std::get_if<ChildCall>(&component.body[i])) {
      std::ranges::for_each(child->inputs, swap);
      continue;
    }
    for (Argument& argument : std::get<OperatorCall>(component.body[i]).arguments) {
      if (auto* one = std::get_if<ValueRef>(&argument)) swap(one->id);
      if (auto* list = std::get_if<std::vector<ValueRef>>(&argument))
        for (ValueRef& ref : *list) swap(ref.id);
    }
  }
  std::ranges::for_each(component.outputs, swap);
}

// Statements that nothing reads any more; those that write stay.
void drop_dead(Component& component) {
  std::set<LocalId> read(component.outputs.begin(), component.outputs.end());
  for (std::size_t i = component.body.size(); i-- > 0;) {
    const Statement& statement = component.body[i];
    const auto* call = std::get_if<OperatorCall>(&statement);
    const bool wanted =
        std::ranges::any_of(outputs_of(statement), [&](LocalId id) { return read.contains(id); });
    if (!wanted && (call == nullptr || !call->op->writes())) {
      component.body.erase(component.body.begin() + static_cast<std::ptrdiff_t>(i));
      continue;
    }
    const std::vector<LocalId> reads = reads_of(statement);
    read.insert(reads.begin(), reads.end());
  }
}

std::string words(const Component& component, const Statement& statement) {
  if (const auto* child = std::get_if<ChildCall>(&statement))
    return registered_name(component.children[at(child->child)]);
  return std::get<OperatorCall>(statement).op->name;
}

std::vector<bool> holding_weights(const Tree& tree) {
  std::vector<bool> holding;
  for (const Component& component : tree.components) {
    holding.push_back(!component.parameters.empty() ||
                      std::ranges::any_of(component.children, [&](const Child& child) {
                        return holding[at(child.component)];
                      }));
  }
  return holding;
}

// Collects the mutants of one component.
class Maker {
 public:
  Maker(const Tree& tree, ComponentId id)
      : id_(id),
        holds_weights_(holding_weights(tree)),
        whole_(with_own_names(tree.components[at(id)])) {}

  std::vector<Mutant> all();

 private:
  using Edit = std::function<void(Component&)>;

  void add(const std::string& kind, std::size_t place, const std::string& what, const Edit& edit) {
    Mutant mutant;
    mutant.component = id_;
    mutant.kind = kind;
    const std::string stem = fmt::format("{}/{}/{}", whole_.name, kind, place);
    const int times = seen_[stem]++;
    mutant.id = times == 0 ? stem : fmt::format("{}.{}", stem, times);
    mutant.what = what;
    mutant.changed = whole_;
    edit(mutant.changed);
    mutants_.push_back(std::move(mutant));
  }

  void operator_mutants(std::size_t place);
  void argument_mutants(std::size_t place, std::size_t argument);
  void number_mutants(std::size_t place, std::size_t argument);
  void list_mutants(std::size_t place, std::size_t argument);
  void swapped_operands(std::size_t place);
  void missing(std::size_t place);
  void other_operator(std::size_t place);
  void wrong_cast(std::size_t place);
  void child_mutants(std::size_t place);
  void wrong_order(std::size_t place);
  void other_result();
  void set(const std::string& kind, std::size_t place, std::size_t argument, Argument value,
           const std::string& text);

  const OperatorCall& call(std::size_t place) const {
    return std::get<OperatorCall>(whole_.body[place]);
  }
  const Local& local(LocalId id) const { return whole_.locals[at(id)]; }

  ComponentId id_;
  std::vector<bool> holds_weights_;  // by component: it or something below it
  Component whole_;
  std::map<std::string, int> seen_;
  std::vector<Mutant> mutants_;
};

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
      "add", "mul",         "maximum",    "minimum",     "eq",
      "ne",  "logical_and", "logical_or", "bitwise_and", "bitwise_or"};
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

// The call's result is one of its operands.
void Maker::missing(std::size_t place) {
  const Statement& statement = whole_.body[place];
  const std::vector<LocalId>& outputs = outputs_of(statement);
  if (outputs.size() != 1 || outputs.front() == kNone) return;
  const auto* operation = std::get_if<OperatorCall>(&statement);
  const bool arithmetic = operation != nullptr && operation->role == CallRole::kArithmetic;
  std::set<LocalId> tried;
  for (const LocalId operand : reads_of(statement)) {
    if (!alike(local(operand), local(outputs.front())) || !tried.insert(operand).second) continue;
    std::string kind = "missing_op";
    if (std::holds_alternative<ChildCall>(statement)) kind = "missing_child";
    if (operation != nullptr && operation->op->name == "add")
      kind = arithmetic ? "dropped_residual" : "dropped_term";
    if (operation != nullptr && (operation->op->name == "mul" || operation->op->name == "div"))
      kind = "dropped_scale";
    if (operation != nullptr &&
        (operation->op->name == "transpose" || operation->op->name == "permute"))
      kind = "missing_transpose";
    if (operation != nullptr && operation->op->name == "masked_fill") kind = "dropped_mask";
    add(kind, place, fmt::format("{} gives {}", words(whole_, statement), local(operand).name),
        [&](Component& component) {
          replace_reads(component, place + 1, outputs.front(), operand);
          drop_dead(component);
        });
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

// The result goes through a narrower type.
void Maker::wrong_cast(std::size_t place) {
  const std::vector<LocalId>& outputs = outputs_of(whole_.body[place]);
  if (outputs.size() != 1 || outputs.front() == kNone) return;
  const LocalId result = outputs.front();
  if (!floating(local(result).dtype)) return;
  const ScalarType narrow = local(result).dtype == ScalarType::kBFloat16 ? ScalarType::kFloat8E4M3FN
                                                                         : ScalarType::kBFloat16;
  add("wrong_cast", place,
      fmt::format("the result of {} is rounded", words(whole_, whole_.body[place])),
      [&](Component& component) {
        const auto to = operator_schema("aten", "to", "dtype");
        const auto first = static_cast<LocalId>(component.locals.size());
        Local rounded = local(result);
        rounded.name = "rounded";
        rounded.dtype = narrow;
        component.locals.push_back(rounded);
        rounded.name = "widened";
        rounded.dtype = local(result).dtype;
        component.locals.push_back(rounded);
        replace_reads(component, place + 1, result, first + 1);
        const auto cast = [&](LocalId from, LocalId into, ScalarType type) {
          OperatorCall made;
          made.op = to;
          made.role = CallRole::kPlumbing;
          for (const SchemaArgument& argument : to->arguments)
            made.arguments.push_back(argument.default_value);
          made.arguments[0] = ValueRef{from};
          made.arguments[1] = type;
          made.outputs = {into};
          return made;
        };
        const auto behind = component.body.begin() + static_cast<std::ptrdiff_t>(place) + 1;
        component.body.insert(
            behind, {cast(result, first, narrow), cast(first, first + 1, local(result).dtype)});
      });
}

void Maker::operator_mutants(std::size_t place) {
  for (std::size_t i = 0; i < call(place).arguments.size(); ++i) argument_mutants(place, i);
  swapped_operands(place);
  other_operator(place);
}

// Another member of the same class in a child's place; inputs that change places.
void Maker::child_mutants(std::size_t place) {
  const auto& now = std::get<ChildCall>(whole_.body[place]);
  const ComponentId component = whole_.children[at(now.child)].component;
  for (std::size_t i = 0; i < whole_.children.size(); ++i) {
    if (static_cast<std::int32_t>(i) == now.child || whole_.children[i].component != component)
      continue;
    if (!holds_weights_[at(component)]) break;  // the other one is the same function
    add("other_child", place,
        fmt::format("{} is called in the place of {}", registered_name(whole_.children[i]),
                    registered_name(whole_.children[at(now.child)])),
        [&](Component& changed) {
          std::get<ChildCall>(changed.body[place]).child = static_cast<std::int32_t>(i);
        });
    break;
  }
  for (std::size_t i = 0; i < now.inputs.size(); ++i) {
    for (std::size_t j = i + 1; j < now.inputs.size(); ++j) {
      if (now.inputs[i] == now.inputs[j] || !alike(local(now.inputs[i]), local(now.inputs[j])))
        continue;
      add("swapped_arguments", place,
          fmt::format("{}: inputs {} and {} change places", words(whole_, whole_.body[place]), i,
                      j),
          [&](Component& changed) {
            auto& inputs = std::get<ChildCall>(changed.body[place]).inputs;
            std::swap(inputs[i], inputs[j]);
          });
    }
  }
}

// This call and the next one, which reads what it gives, in the other order.
void Maker::wrong_order(std::size_t place) {
  if (place + 1 >= whole_.body.size()) return;
  const Statement& one = whole_.body[place];
  const Statement& two = whole_.body[place + 1];
  const std::vector<LocalId> first = reads_of(one);
  const std::vector<LocalId> second = reads_of(two);
  const auto& middle = outputs_of(one);
  const auto& last = outputs_of(two);
  if (first.empty() || middle.size() != 1 || last.size() != 1 || second.empty()) return;
  if (middle.front() == kNone || last.front() == kNone || second.front() != middle.front()) return;
  if (!alike(local(first.front()), local(middle.front())) ||
      !alike(local(middle.front()), local(last.front())))
    return;
  add("wrong_order", place,
      fmt::format("{} comes before {}", words(whole_, two), words(whole_, one)),
      [&](Component& component) {
        std::swap(component.body[place], component.body[place + 1]);
        const LocalId start = first.front();
        const LocalId between = middle.front();
        const LocalId end = last.front();
        const auto rewire = [](Statement& statement, LocalId from, LocalId now, LocalId into) {
          if (auto* child = std::get_if<ChildCall>(&statement)) {
            child->inputs.front() = now;
            child->outputs.front() = into;
            return;
          }
          auto& operation = std::get<OperatorCall>(statement);
          for (Argument& argument : operation.arguments) {
            auto* ref = std::get_if<ValueRef>(&argument);
            if (ref == nullptr || ref->id != from) continue;
            ref->id = now;
            break;
          }
          operation.outputs.front() = into;
        };
        rewire(component.body[place], between, start, between);
        rewire(component.body[place + 1], start, between, end);
      });
}

// An earlier local of the same shape is returned.
void Maker::other_result() {
  for (std::size_t i = 0; i < whole_.outputs.size(); ++i) {
    for (std::size_t candidate = whole_.locals.size(); candidate-- > 0;) {
      const auto id = static_cast<LocalId>(candidate);
      const bool made = std::ranges::any_of(whole_.body, [&](const Statement& statement) {
        return std::ranges::find(outputs_of(statement), id) != outputs_of(statement).end();
      });
      if (id == whole_.outputs[i] || !made || !alike(local(id), local(whole_.outputs[i]))) continue;
      add("other_result", i, fmt::format("{} is returned", local(id).name),
          [&](Component& component) {
            component.outputs[i] = id;
            drop_dead(component);
          });
      break;
    }
  }
}

std::vector<Mutant> Maker::all() {
  for (std::size_t place = 0; place < whole_.body.size(); ++place) {
    if (std::holds_alternative<OperatorCall>(whole_.body[place])) {
      operator_mutants(place);
    } else {
      child_mutants(place);
    }
    missing(place);
    wrong_cast(place);
    wrong_order(place);
  }
  other_result();
  add("stale_cache", 0, "the first result is kept", [](Component&) {});
  mutants_.back().stale_cache = true;
  return std::move(mutants_);
}

}  // namespace

Component with_own_names(const Component& component) {
  Component own = component;
  std::map<std::string, int> seen;
  for (Local& local : own.locals) {
    const int times = seen[local.name]++;
    if (times > 0) local.name += fmt::format("_v{}", times);
  }
  return own;
}

std::vector<Mutant> mutants_of(const Tree& tree, ComponentId id) {
  const auto text_of = [&](const Component& component) {
    return component_text(tree.components, component,
                          {component.name, "", std::vector<InputRule>(component.inputs.size())});
  };
  std::set<std::string> texts{text_of(with_own_names(tree.components[at(id)]))};
  std::vector<Mutant> mutants;
  for (Mutant& mutant : Maker(tree, id).all()) {
    try {
      if (mutant.stale_cache || texts.insert(text_of(mutant.changed)).second)
        mutants.push_back(std::move(mutant));
    } catch (const Error&) {
      continue;  // C++ has no such call
    }
  }
  return mutants;
}

}  // namespace strata
