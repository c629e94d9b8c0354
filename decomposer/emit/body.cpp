#include "decomposer/emit/body.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "decomposer/emit/call.h"
#include "decomposer/emit/literal.h"
#include "decomposer/emit/waiting_lines.h"
#include "decomposer/schema/cond.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::size_t kBranchIndent = 2;
constexpr std::size_t kTieColumns = 14;  // std::tie() = ;
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

// Several operands as items of one expression, its text still to be made of them.
Expression gathered(const std::vector<LocalId>& ids, const OperandText& text,
                    std::vector<std::string>& items) {
  Expression result;
  for (const LocalId id : ids) {
    const Expression item = text(ValueRef{id});
    items.push_back(item.text);
    result.weight += item.weight;
    result.reads.insert(item.reads.begin(), item.reads.end());
  }
  return result;
}

class BodyWriter {
 public:
  BodyWriter(const Component& component, const std::vector<std::string>& names,
             const Members& members, const CalleeTraits& callees)
      : component_(component),
        members_(members),
        ordered_(callees.ordered),
        levels_(callees.levels),
        lines_(component, names) {
    taken_.insert(names.begin(), names.end());
    for (const Member& member : members.members) taken_.insert(member.name);
  }

  std::vector<Line> write() {
    for (const Statement& statement : component_.body) {
      is_last_ = &statement == &component_.body.back();
      if (const auto* call = std::get_if<OperatorCall>(&statement)) {
        write_operator(*call);
      } else {
        write_child(std::get<ChildCall>(statement));
      }
    }
    const std::vector<Line>& lines = lines_.lines();
    if (lines.empty() || lines.back().kind != LineKind::kReturn) write_return();
    return lines;
  }

 private:
  // Whether a result that is read once must not wait for its reader.
  enum class OwnLine { kNever, kUnlessLast, kAlways };

  void write_operator(const OperatorCall& call) {
    if (cond_part(*call.op) != CondPart::kNone) return write_cond_part(call);
    const bool ordered = is_ordered(call);
    if (ordered) lines_.settle_all();
    std::vector<LocalId> operands;
    for (const Argument& argument : call.arguments) {
      for (const ValueRef value : tensors_in(argument)) operands.push_back(value.id);
    }
    const BuildExpression build = [&](const OperandText& text) {
      return call_expression(call, text);
    };
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
    if (ordered) lines_.settle_all();
    const ChildPlace place = members_.places[static_cast<std::size_t>(call.child)];
    const Member& member = members_.members[static_cast<std::size_t>(place.member)];
    const std::string callee = member.is_list ? mark_of(member.name, place.position) : member.name;
    // Layers, and what goes around a loop, have a line each.
    if (member.is_list) lines_.settle_heavy(call.inputs, kChildWeight);
    const BuildExpression build = [&](const OperandText& text) {
      std::vector<std::string> arguments;
      Expression result = gathered(call.inputs, text, arguments);
      result.text = fmt::format("{}->forward({})", callee, comma_separated(arguments));
      result.weight += kChildWeight;
      return result;
    };
    const bool is_layer = levels_[static_cast<std::size_t>(child.component)] >= 2;
    if (is_layer) lines_.settle_heavy(call.inputs, kChildWeight);
    const OwnLine own_line = member.is_list || is_layer ? OwnLine::kAlways
                             : ordered                  ? OwnLine::kUnlessLast
                                                        : OwnLine::kNever;
    write_results(call.outputs, call.inputs, build, own_line);
  }

  void write_results(const std::vector<LocalId>& outputs, const std::vector<LocalId>& operands,
                     const BuildExpression& build, OwnLine own_line) {
    const auto used =
        std::ranges::count_if(outputs, [&](LocalId id) { return lines_.readers(id) > 0; });
    const bool returned =
        is_last_ && outputs == component_.outputs && outputs.size() > 1 &&
        std::ranges::all_of(outputs, [&](LocalId id) { return lines_.readers(id) == 1; });
    if (returned) {
      lines_.add(LineKind::kReturn, {},
                 lines_.fitted(operands, build, std::string("return ;").size()));
    } else if (used == 0) {
      lines_.add(LineKind::kBare, {}, lines_.fitted(operands, build, 1));
    } else if (outputs.size() == 1) {
      Expression expression = lines_.fitted(operands, build, lines_.declaration_length(outputs[0]));
      set_or_hold(outputs[0], std::move(expression), own_line);
    } else if (used == 1) {
      const auto one =
          std::ranges::find_if(outputs, [&](LocalId id) { return lines_.readers(id) > 0; });
      const auto get = fmt::format("std::get<{}>(", one - outputs.begin());
      Expression expression =
          lines_.fitted(operands, build, lines_.declaration_length(*one) + get.size() + 1);
      expression.text = get + expression.text + ")";
      expression.binding = Binding::kPostfix;
      set_or_hold(*one, std::move(expression), own_line);
    } else {
      std::vector<std::string> targets;
      std::size_t length = 12;
      for (const LocalId id : outputs) {
        const bool read = lines_.readers(id) > 0;
        targets.push_back(read ? lines_.name(id) : "");
        length += targets.back().size() + 2;
      }
      lines_.add(LineKind::kSetAll, targets, lines_.fitted(operands, build, length));
    }
  }

  // What waits has its line before a branch begins, so that it runs where it stands.
  void write_cond_part(const OperatorCall& call) {
    switch (cond_part(*call.op)) {
      case CondPart::kThen: {
        lines_.settle_all();
        const Expression predicate = lines_.operand(std::get<ValueRef>(call.arguments.front()));
        conds_.push_back(&end_of(call));
        lines_.add_plain({LineKind::kIf, targets_of(*conds_.back()),
                          predicate.text + ".item<bool>()", predicate.reads});
        break;
      }
      case CondPart::kElse:
        write_branch_results(1);
        lines_.add_plain({LineKind::kElse, {}, "", {}});
        break;
      case CondPart::kEnd:
        write_branch_results(2);
        lines_.add_plain({LineKind::kEndIf, {}, "", {}});
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
      targets.push_back(lines_.readers(id) > 0 ? lines_.name(id) : "");
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
      const BuildExpression build = [&](const OperandText& text) {
        return text(ValueRef{operands[0]});
      };
      const Expression result =
          lines_.fitted(operands, build, lines_.declaration_length(end.outputs[0]) + kBranchIndent);
      lines_.settle_all();
      if (result.text != targets[0]) lines_.add(LineKind::kSet, targets, result);
      return;
    }
    const BuildExpression build = [&](const OperandText& text) {
      std::vector<std::string> items;
      Expression result = gathered(operands, text, items);
      result.text = fmt::format("std::make_tuple({})", comma_separated(items));
      return result;
    };
    const Expression result = lines_.fitted(operands, build, kBranchIndent + kTieColumns);
    lines_.settle_all();
    const std::string unchanged = fmt::format("std::make_tuple({})", comma_separated(targets));
    if (result.text != unchanged) lines_.add(LineKind::kSetAll, targets, result);
  }

  // `parts = x.split(...)`; the elements are then read as parts[0], ...
  void write_list(const OperatorCall& call, const std::vector<LocalId>& operands,
                  const BuildExpression& build) {
    std::string list = list_name(call.op->name);
    while (taken_.contains(list)) list += "_";
    lines_.add(LineKind::kList, {list}, lines_.fitted(operands, build, list.size() + 9));
    for (std::size_t i = 0; i < call.outputs.size(); ++i) {
      const LocalId id = call.outputs[i];
      if (lines_.readers(id) == 0) continue;
      set_or_hold(id, Expression{fmt::format("{}[{}]", list, i), Binding::kPostfix, 0, {list}},
                  OwnLine::kNever);
    }
  }

  // A result that is read once may wait for its reader.
  void set_or_hold(LocalId id, Expression expression, OwnLine own_line) {
    lines_.hold(id, std::move(expression));
    const bool alone =
        own_line == OwnLine::kAlways || (own_line == OwnLine::kUnlessLast && !is_last_);
    // A residual stream has a line for each of its turns.
    const bool stream = !component_.children.empty() && lines_.continues_variable(id);
    if (alone || stream || lines_.readers(id) != 1) lines_.settle(id);
  }

  void write_return() {
    const std::vector<LocalId>& outputs = component_.outputs;
    if (outputs.empty()) {
      lines_.settle_all();
      return;
    }
    for (const LocalId id : outputs) {
      if (lines_.continues_variable(id)) lines_.settle(id);
    }
    const BuildExpression build = [&](const OperandText& text) {
      std::vector<std::string> items;
      Expression result = gathered(outputs, text, items);
      result.text = outputs.size() == 1 ? items[0] : braced(items);
      return result;
    };
    const Expression expression = lines_.fitted(outputs, build, std::string("return ;").size());
    lines_.add_plain({LineKind::kReturn, {}, expression.text, expression.reads});
  }

  const Component& component_;
  const Members& members_;
  const std::vector<bool>& ordered_;
  const std::vector<int>& levels_;
  std::set<std::string> taken_;
  WaitingLines lines_;
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
