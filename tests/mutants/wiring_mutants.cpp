#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "decomposer/emit/component_file.h"
#include "decomposer/graph/index.h"
#include "decomposer/schema/operator_schema.h"
#include "tests/mutants/body.h"
#include "tests/mutants/maker.h"

// Values that go elsewhere: calls that are missing, reordered, rounded, or made on another child.

namespace strata {
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

}  // namespace strata
