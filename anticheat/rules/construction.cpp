#include "anticheat/rules/construction.h"

#include <set>

#include "anticheat/rules/rule.h"

namespace strata {
namespace {

using facts::Expression;
using facts::ExpressionKind;
using facts::Statement;
using facts::StatementKind;

constexpr int kMostTrips = 10000;  // longer loops have no known length

class Constructor {
 public:
  explicit Constructor(const facts::Class& model) : model_(model) {}

  Construction run(const std::vector<std::optional<double>>& arguments) {
    for (const facts::Member& member : model_.members) {
      if (member.initialiser) set(member.name, *member.initialiser);
      if (member.type.kind == facts::TypeKind::kChild) result_.known.made[member.name] = 0;
    }
    if (!model_.constructors.empty()) run(model_.constructors[0], arguments);
    result_.known.variables.clear();
    return std::move(result_);
  }

 private:
  void run(const facts::Function& constructor,
           const std::vector<std::optional<double>>& arguments) {
    for (std::size_t i = 0; i < arguments.size() && i < constructor.variables.size(); ++i) {
      if (arguments[i]) {
        result_.known.variables[static_cast<int>(i)] =
            as_type(*arguments[i], constructor.variables[i].type);
      }
    }
    for (const facts::Initialiser& initialiser : constructor.initialisers) {
      set(initialiser.member, initialiser.value);
      take_children(initialiser.member, initialiser.value);
      if (!result_.children.empty()) filled_.insert(result_.children.back().member);
    }
    execute(constructor.body);
  }

  void set(const std::string& member, const Expression& value) {
    result_.known.settings.erase(member);
    const std::optional<double> number = number_of(result_.known, value);
    if (!number || !certain_) return;
    for (const facts::Member& candidate : model_.members) {
      if (candidate.name == member)
        result_.known.settings[member] = as_type(*number, candidate.type);
    }
  }

  void take_children(const std::string& member, const Expression& value) {
    visit(value, [&](const Expression& call) {
      if (call.callee != "std::make_shared") return;
      if (const auto made = result_.known.made.find(member); made != result_.known.made.end()) {
        if (certain_) {
          made->second = 1;
        } else {
          result_.known.made.erase(made);
        }
      }
      MadeChild child{&call, member, {}};
      for (const Expression& argument : call.operands)
        child.arguments.push_back(number_of(result_.known, argument));
      result_.children.push_back(std::move(child));
    });
  }

  void take(const Expression& call) {
    if (call.operands.size() < 2 || call.operands[0].kind != ExpressionKind::kMember) return;
    const std::string& member = call.operands[0].name;
    if (call.callee == "builtin =") set(member, call.operands[1]);
    if (call.callee == "std::vector::push_back") {
      int& length = result_.known.list_lengths[member];
      length = certain_ && length >= 0 ? length + 1 : -1;
    } else if (call.callee.ends_with("operator=") && !filled_.insert(member).second) {
      result_.replaced.push_back(&call);
    }
    take_children(member, call.operands[1]);
  }

  void execute(const Statement& statement) {
    switch (statement.kind) {
      case StatementKind::kExpression:
        take(statement.operands[0]);
        break;
      case StatementKind::kDeclare:
        declare(statement);
        break;
      case StatementKind::kIf:
        choose(statement);
        break;
      case StatementKind::kCount:
        repeat(statement);
        break;
      default:
        for (const Statement& body : statement.bodies) execute(body);
    }
  }

  void declare(const Statement& statement) {
    if (statement.variables.size() != 1) return;
    result_.known.variables.erase(statement.variables[0]);
    if (statement.operands.empty()) return;
    if (const auto number = number_of(result_.known, statement.operands[0]))
      result_.known.variables[statement.variables[0]] = *number;
  }

  void choose(const Statement& statement) {
    if (const std::optional<double> condition = number_of(result_.known, statement.operands[0])) {
      const std::size_t live = *condition != 0 ? 0 : 1;
      if (live < statement.bodies.size()) execute(statement.bodies[live]);
      return;
    }
    // Either body may be the one, so a member filled in both is filled once.
    const bool was_certain = certain_;
    const std::set<std::string> before = filled_;
    std::set<std::string> after = filled_;
    certain_ = false;
    for (const Statement& body : statement.bodies) {
      filled_ = before;
      execute(body);
      after.insert(filled_.begin(), filled_.end());
    }
    filled_ = after;
    certain_ = was_certain;
  }

  void repeat(const Statement& statement) {
    const std::optional<double> from = number_of(result_.known, statement.operands[0]);
    const std::optional<double> to = number_of(result_.known, statement.operands[1]);
    const int counter = statement.variables[0];
    if (from && to && *to - *from <= kMostTrips) {
      for (double i = *from; i < *to; ++i) {
        result_.known.variables[counter] = i;
        execute(statement.bodies[0]);
      }
    } else {
      const bool was_certain = certain_;
      certain_ = false;
      execute(statement.bodies[0]);
      certain_ = was_certain;
    }
    result_.known.variables.erase(counter);
  }

  const facts::Class& model_;
  Construction result_;
  std::set<std::string> filled_;  // members that were given a child
  bool certain_ = true;           // what is being executed is certain to run, and how often
};

}  // namespace

Construction construct(const facts::Class& model,
                       const std::vector<std::optional<double>>& arguments) {
  return Constructor(model).run(arguments);
}

}  // namespace strata
