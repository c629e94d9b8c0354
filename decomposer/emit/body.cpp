#include "decomposer/emit/body.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "decomposer/emit/call.h"
#include "decomposer/emit/literal.h"
#include "decomposer/schema/cond.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kIndent = 4;
constexpr std::size_t kBranchIndent = 2;
constexpr std::size_t kTieColumns = 14;  // std::tie() = ;
constexpr double kHeaviest = 6;          // Expression::weight of one line

constexpr double kChildWeight = 2;

constexpr char kMarkBegin = '\x01';
constexpr char kMarkMiddle = '\x02';
constexpr char kMarkEnd = '\x03';

// A list variable's name, by the operator that makes the list.
std::string list_name(const std::string& operator_name) {
  if (operator_name == "chunk") return "chunks";
  if (operator_name == "unbind") return "slices";
  return "parts";
}

class BodyWriter {
 public:
  BodyWriter(const Component& component, const std::vector<std::string>& names,
             const Members& members, const CalleeTraits& callees)
      : component_(component),
        names_(names),
        members_(members),
        ordered_(callees.ordered),
        levels_(callees.levels),
        readers_(component.locals.size(), 0),
        pending_(component.locals.size()) {
    for (const std::string& name : names) taken_.insert(name);
    for (const Member& member : members.members) taken_.insert(member.name);
    for (const ComponentParameter& parameter : component.parameters)
      members_named_.insert(parameter.name);
  }

  std::vector<Line> write() {
    count_readers();
    for (const Statement& statement : component_.body) {
      is_last_ = &statement == &component_.body.back();
      if (const auto* call = std::get_if<OperatorCall>(&statement)) {
        write_operator(*call);
      } else {
        write_child(std::get<ChildCall>(statement));
      }
    }
    if (lines_.empty() || lines_.back().kind != LineKind::kReturn) write_return();
    return std::move(lines_);
  }

 private:
  // Whether a result that is read once must not wait for its reader.
  enum class OwnLine { kNever, kUnlessLast, kAlways };
  using Build = std::function<Expression(const OperandText&)>;

  const std::string& name(LocalId id) const { return names_[static_cast<std::size_t>(id)]; }
  int& readers(LocalId id) { return readers_[static_cast<std::size_t>(id)]; }
  std::optional<Expression>& pending(LocalId id) { return pending_[static_cast<std::size_t>(id)]; }

  void count_readers() {
    for (const Statement& statement : component_.body) {
      if (const auto* call = std::get_if<OperatorCall>(&statement)) {
        for (const Argument& argument : call->arguments) {
          for (const ValueRef value : tensors_in(argument)) ++readers(value.id);
        }
      } else {
        for (const LocalId id : std::get<ChildCall>(statement).inputs) ++readers(id);
      }
    }
    for (const LocalId id : component_.outputs) ++readers(id);
  }

  Expression variable(LocalId id) const {
    Expression expression{name(id), Binding::kPostfix, 0, {}};
    if (!members_named_.contains(name(id))) expression.reads.insert(name(id));
    return expression;
  }

  Expression operand(ValueRef value) {
    if (const auto& expression = pending(value.id)) return *expression;
    return variable(value.id);
  }

  void write_operator(const OperatorCall& call) {
    if (cond_part(*call.op) != CondPart::kNone) return write_cond_part(call);
    const bool ordered = is_ordered(call);
    if (ordered) settle_all();
    std::vector<LocalId> operands;
    for (const Argument& argument : call.arguments) {
      for (const ValueRef value : tensors_in(argument)) operands.push_back(value.id);
    }
    const Build build = [&](const OperandText& text) { return call_expression(call, text); };
    if (returns_list(*call.op)) {
      write_list(call, operands, build);
    } else {
      write_results(call.outputs, operands, build,
                    ordered ? OwnLine::kUnlessLast : OwnLine::kNever);
    }
  }

  void write_child(const ChildCall& call) {
    const Child& child = component_.children[static_cast<std::size_t>(call.child)];
    const bool ordered = ordered_[static_cast<std::size_t>(child.component)];
    if (ordered) settle_all();
    const ChildPlace place = members_.places[static_cast<std::size_t>(call.child)];
    const Member& member = members_.members[static_cast<std::size_t>(place.member)];
    const std::string callee = member.is_list ? mark_of(member.name, place.position) : member.name;
    // Layers, and what goes around a loop, have a line each.
    if (member.is_list) settle_children(call.inputs);
    const Build build = [&](const OperandText& text) {
      Expression result;
      std::vector<std::string> arguments;
      for (const LocalId id : call.inputs) {
        const Expression argument = text(ValueRef{id});
        arguments.push_back(argument.text);
        result.weight += argument.weight;
        result.reads.insert(argument.reads.begin(), argument.reads.end());
      }
      result.text = fmt::format("{}->forward({})", callee, comma_separated(arguments));
      result.weight += kChildWeight;
      return result;
    };
    const bool is_layer = levels_[static_cast<std::size_t>(child.component)] >= 2;
    if (is_layer) settle_children(call.inputs);
    const OwnLine own_line = member.is_list || is_layer ? OwnLine::kAlways
                             : ordered                  ? OwnLine::kUnlessLast
                                                        : OwnLine::kNever;
    write_results(call.outputs, call.inputs, build, own_line);
  }

  void settle_children(const std::vector<LocalId>& operands) {
    for (const LocalId id : operands) {
      if (pending(id) && pending(id)->weight >= kChildWeight) settle(id);
    }
  }

  void write_results(const std::vector<LocalId>& outputs, const std::vector<LocalId>& operands,
                     const Build& build, OwnLine own_line) {
    const auto used =
        std::ranges::count_if(outputs, [&](LocalId id) { return id != kNone && readers(id) > 0; });
    const bool returned =
        is_last_ && outputs == component_.outputs && outputs.size() > 1 &&
        std::ranges::all_of(outputs, [&](LocalId id) { return readers(id) == 1; });
    if (returned) {
      add_line(LineKind::kReturn, {}, fitted(operands, build, std::string("return ;").size()));
    } else if (used == 0) {
      add_line(LineKind::kBare, {}, fitted(operands, build, 1));
    } else if (outputs.size() == 1) {
      Expression expression = fitted(operands, build, declaration_length(outputs[0]));
      set_or_hold(outputs[0], std::move(expression), own_line);
    } else if (used == 1) {
      const auto one =
          std::ranges::find_if(outputs, [&](LocalId id) { return id != kNone && readers(id) > 0; });
      const auto get = fmt::format("std::get<{}>(", one - outputs.begin());
      Expression expression = fitted(operands, build, declaration_length(*one) + get.size() + 1);
      expression.text = get + expression.text + ")";
      expression.binding = Binding::kPostfix;
      set_or_hold(*one, std::move(expression), own_line);
    } else {
      std::vector<std::string> targets;
      std::size_t length = 12;
      for (const LocalId id : outputs) {
        const bool read = id != kNone && readers(id) > 0;
        targets.push_back(read ? name(id) : "");
        length += targets.back().size() + 2;
      }
      add_line(LineKind::kSetAll, targets, fitted(operands, build, length));
    }
  }

  // What waits has its line before a branch begins, so that it runs where it stands.
  void write_cond_part(const OperatorCall& call) {
    switch (cond_part(*call.op)) {
      case CondPart::kThen: {
        settle_all();
        const Expression predicate = operand(std::get<ValueRef>(call.arguments.front()));
        conds_.push_back(&end_of(call));
        lines_.push_back({LineKind::kIf, targets_of(*conds_.back()),
                          predicate.text + ".item<bool>()", predicate.reads});
        break;
      }
      case CondPart::kElse:
        write_branch_results(1);
        lines_.push_back({LineKind::kElse, {}, "", {}});
        break;
      case CondPart::kEnd:
        write_branch_results(2);
        lines_.push_back({LineKind::kEndIf, {}, "", {}});
        conds_.pop_back();
        break;
      case CondPart::kNone:
        break;
    }
  }

  // The end of the cond that begins here.
  const OperatorCall& end_of(const OperatorCall& begin) const {
    int depth = 0;
    bool inside = false;
    for (const Statement& statement : component_.body) {
      const auto* call = std::get_if<OperatorCall>(&statement);
      if (call == nullptr) continue;
      inside = inside || call == &begin;
      if (!inside) continue;
      if (cond_part(*call->op) == CondPart::kThen) ++depth;
      if (cond_part(*call->op) == CondPart::kEnd && --depth == 0) return *call;
    }
    throw Error("emit.cond",
                fmt::format("{}: a cond has an end; got none; report the model", component_.name));
  }

  // Variables that the branches of a cond set; "" for those that nobody reads.
  std::vector<std::string> targets_of(const OperatorCall& end) {
    std::vector<std::string> targets;
    for (const LocalId id : end.outputs)
      targets.push_back(id != kNone && readers(id) > 0 ? name(id) : "");
    return targets;
  }

  // Ends a branch: what it gives becomes what the cond gives.
  void write_branch_results(std::size_t argument) {
    const OperatorCall& end = *conds_.back();
    const std::vector<std::string> targets = targets_of(end);
    std::vector<LocalId> operands;
    for (const ValueRef value : std::get<std::vector<ValueRef>>(end.arguments[argument]))
      operands.push_back(value.id);
    if (targets.size() == 1) {
      const Build build = [&](const OperandText& text) { return text(ValueRef{operands[0]}); };
      const Expression result =
          fitted(operands, build, declaration_length(end.outputs[0]) + kBranchIndent);
      settle_all();
      if (result.text != targets[0]) add_line(LineKind::kSet, targets, result);
      return;
    }
    const Build build = [&](const OperandText& text) {
      Expression result;
      std::vector<std::string> items;
      for (const LocalId id : operands) {
        const Expression item = text(ValueRef{id});
        items.push_back(item.text);
        result.weight += item.weight;
        result.reads.insert(item.reads.begin(), item.reads.end());
      }
      result.text = fmt::format("std::make_tuple({})", comma_separated(items));
      return result;
    };
    const Expression result = fitted(operands, build, kBranchIndent + kTieColumns);
    settle_all();
    const std::string unchanged = fmt::format("std::make_tuple({})", comma_separated(targets));
    if (result.text != unchanged) add_line(LineKind::kSetAll, targets, result);
  }

  // `parts = x.split(...)`; the elements are then read as parts[0], ...
  void write_list(const OperatorCall& call, const std::vector<LocalId>& operands,
                  const Build& build) {
    std::string list = list_name(call.op->name);
    while (taken_.contains(list)) list += "_";
    add_line(LineKind::kList, {list}, fitted(operands, build, list.size() + 9));
    for (std::size_t i = 0; i < call.outputs.size(); ++i) {
      const LocalId id = call.outputs[i];
      if (id == kNone || readers(id) == 0) continue;
      set_or_hold(id, Expression{fmt::format("{}[{}]", list, i), Binding::kPostfix, 0, {list}},
                  OwnLine::kNever);
    }
  }

  // Builds the expression with all operands that wait written inside it; those that make it too
  // long or too heavy get a line of their own first, the heaviest before the others. `around`:
  // columns that the rest of the line takes.
  Expression fitted(const std::vector<LocalId>& operands, const Build& build, std::size_t around) {
    while (true) {
      Expression expression = build([&](ValueRef value) { return operand(value); });
      const std::size_t length = kIndent + around + without_marks(expression.text).size();
      const bool fits = length <= kColumns && expression.weight <= kHeaviest;
      std::size_t longest = 0;
      for (const LocalId id : operands) {
        if (pending(id) && pending(id)->weight > 0)
          longest = std::max(longest, pending(id)->text.size());
      }
      if (fits || longest == 0) {
        for (const LocalId id : operands) release(id);
        return expression;
      }
      // Siblings of about its length go with it: `query` beside `key`.
      for (const LocalId id : std::vector<LocalId>(waiting_)) {
        if (!pending(id) || std::ranges::find(operands, id) == operands.end()) continue;
        if (pending(id)->weight > 0 && 3 * pending(id)->text.size() >= 2 * longest) settle(id);
      }
    }
  }

  // A waiting expression has found its place.
  void release(LocalId id) {
    pending(id).reset();
    std::erase(waiting_, id);
  }

  std::size_t declaration_length(LocalId id) const {
    return fmt::format("at::Tensor {} = ;", name(id)).size();
  }

  // A result that is read once may wait for its reader.
  void set_or_hold(LocalId id, Expression expression, OwnLine own_line) {
    pending(id) = std::move(expression);
    waiting_.push_back(id);
    const bool alone =
        own_line == OwnLine::kAlways || (own_line == OwnLine::kUnlessLast && !is_last_);
    // A residual stream has a line for each of its turns.
    const bool stream = !component_.children.empty() && continues_variable(id);
    if (alone || stream || readers(id) != 1) settle(id);
  }

  // Gives a waiting expression its line.
  void settle(LocalId id) {
    if (!pending(id)) return;
    const Expression expression = *pending(id);
    release(id);
    add_line(LineKind::kSet, {name(id)}, expression);
  }

  void settle_all() {
    while (!waiting_.empty()) settle(waiting_.front());
  }

  // What waits and reads a variable that is about to change must not wait any longer.
  void add_line(LineKind kind, std::vector<std::string> targets, const Expression& expression) {
    for (const std::string& target : targets) {
      while (true) {
        const auto reader = std::ranges::find_if(
            waiting_, [&](LocalId id) { return pending(id)->reads.contains(target); });
        if (reader == waiting_.end()) break;
        settle(*reader);
      }
    }
    lines_.push_back({kind, std::move(targets), expression.text, expression.reads});
  }

  // The line reads `x = x + ...`, and is not the first to replace x.
  bool continues_variable(LocalId id) {
    const std::string& variable = name(id);
    const bool replaced = std::ranges::any_of(lines_, [&](const Line& line) {
      return std::ranges::find(line.targets, variable) != line.targets.end();
    });
    return replaced && pending(id)->reads.contains(variable) &&
           pending(id)->text.starts_with(variable + " ");
  }

  void write_return() {
    const std::vector<LocalId>& outputs = component_.outputs;
    if (outputs.empty()) {
      settle_all();
      return;
    }
    for (const LocalId id : outputs) {
      if (pending(id) && continues_variable(id)) settle(id);
    }
    const Build build = [&](const OperandText& text) {
      Expression result;
      std::vector<std::string> items;
      for (const LocalId id : outputs) {
        const Expression item = text(ValueRef{id});
        items.push_back(item.text);
        result.weight += item.weight;
        result.reads.insert(item.reads.begin(), item.reads.end());
      }
      result.text = outputs.size() == 1 ? items[0] : braced(items);
      return result;
    };
    const Expression expression = fitted(outputs, build, std::string("return ;").size());
    lines_.push_back({LineKind::kReturn, {}, expression.text, expression.reads});
  }

  const Component& component_;
  const std::vector<std::string>& names_;
  const Members& members_;
  const std::vector<bool>& ordered_;
  const std::vector<int>& levels_;
  // Per local: how often it is read, results of forward included.
  std::vector<int> readers_;
  // Per local: what waits to be written where it is read.
  std::vector<std::optional<Expression>> pending_;
  // Locals with a pending expression, in the order of the body.
  std::vector<LocalId> waiting_;
  std::set<std::string> taken_;
  std::set<std::string> members_named_;
  std::vector<Line> lines_;
  std::vector<const OperatorCall*> conds_;  // the ends of those that are open
  bool is_last_ = false;                    // the statement being written is the last
};

}  // namespace

std::string mark_of(const std::string& member, std::int32_t position) {
  return kMarkBegin + member + kMarkMiddle + std::to_string(position) + kMarkEnd;
}

std::string without_marks(const std::string& text) {
  std::string plain;
  for (const char character : text) {
    if (character == kMarkBegin) continue;
    plain += character == kMarkMiddle ? '[' : character == kMarkEnd ? ']' : character;
  }
  return plain;
}

std::vector<Line> lines_of_body(const Component& component, const std::vector<std::string>& names,
                                const Members& members, const CalleeTraits& callees) {
  return BodyWriter(component, names, members, callees).write();
}

}  // namespace strata
