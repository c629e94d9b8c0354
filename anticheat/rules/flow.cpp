#include "anticheat/rules/flow.h"

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

using facts::Expression;
using facts::ExpressionKind;
using facts::Statement;
using facts::StatementKind;

constexpr int kInput = -1;  // the source that stands for forward's parameters and member tensors
constexpr int kMostDegree = 1000;

struct Taint {
  std::set<int> sources;  // indices into Flow::sites, or kInput
  int degree = 0;
};

void merge(Taint& into, const Taint& from) {
  into.sources.insert(from.sources.begin(), from.sources.end());
  into.degree = std::max(into.degree, from.degree);
}

class Tracer {
 public:
  Tracer(const RuleContext& context, const facts::Class& model, const facts::Function& forward)
      : context_(context),
        forward_(forward),
        settings_(known_settings(model)),
        lengths_(list_lengths(model)) {
    for (std::size_t i = 0; i < forward.variables.size(); ++i) {
      if (!forward.variables[i].is_parameter) continue;
      variables_[static_cast<int>(i)] = {{kInput}, 1};
      roots_[static_cast<int>(i)] = {Flow::Target::kInput, static_cast<int>(i)};
    }
  }

  Flow run() {
    execute(forward_.body);
    for (const int source : returned_.sources) {
      if (source == kInput)
        flow_.output_needs_input = true;
      else
        flow_.sites[static_cast<std::size_t>(source)].reaches_output = true;
    }
    return std::move(flow_);
  }

 private:
  // ---- statements
  void execute(const Statement& statement) {
    switch (statement.kind) {
      case StatementKind::kBlock:
        for (const Statement& part : statement.bodies) {
          if (!finished_) execute(part);
        }
        break;
      case StatementKind::kDeclare: {
        const Taint value = statement.operands.empty() ? Taint{} : evaluate(statement.operands[0]);
        for (const int variable : statement.variables) {
          variables_[variable] = value;
          roots_[variable] = statement.operands.empty() ? Root{Flow::Target::kLocal, variable}
                                                        : root_of(statement.operands[0], variable);
        }
        if (statement.variables.size() == 1 && !statement.operands.empty()) {
          const std::optional<double> number = number_of(statement.operands[0]);
          if (number) numbers_[statement.variables[0]] = *number;
        }
        break;
      }
      case StatementKind::kExpression:
      case StatementKind::kOther:
        for (const Expression& operand : statement.operands) evaluate(operand);
        for (const Statement& body : statement.bodies) execute(body);
        break;
      case StatementKind::kIf:
        execute_choice(statement);
        break;
      case StatementKind::kForEach:
        execute_each(statement);
        break;
      case StatementKind::kCount:
        execute_count(statement);
        break;
      case StatementKind::kReturn:
        for (const Expression& operand : statement.operands) {
          merge(returned_, evaluate(operand));
        }
        finished_ = true;
        break;
    }
  }

  void execute_choice(const Statement& statement) {
    const std::optional<double> condition = number_of(statement.operands[0]);
    if (condition) {
      const std::size_t live = *condition != 0 ? 0 : 1;
      if (live < statement.bodies.size()) execute(statement.bodies[live]);
      return;
    }
    const auto before = variables_;
    execute(statement.bodies[0]);
    const auto after = variables_;
    const bool first_finished = finished_;
    finished_ = false;
    variables_ = before;
    if (statement.bodies.size() > 1) execute(statement.bodies[1]);
    const bool second_finished = finished_;
    finished_ = first_finished && second_finished;
    if (first_finished) return;
    if (second_finished) variables_ = {};
    for (const auto& [variable, taint] : after) merge(variables_[variable], taint);
  }

  void execute_each(const Statement& statement) {
    const std::string list = statement.operands[0].name;
    elements_[statement.variables[0]] = list;
    const auto length = lengths_.find(list);
    repeat(statement.bodies[0], length == lengths_.end() ? -1 : length->second);
  }

  void execute_count(const Statement& statement) {
    const std::optional<double> from = number_of(statement.operands[0]);
    const std::optional<double> to = number_of(statement.operands[1]);
    if (from && to)
      ranges_[statement.variables[0]] = {static_cast<int>(*from), static_cast<int>(*to)};
    repeat(statement.bodies[0], from && to ? std::max(static_cast<int>(*to - *from), 0) : -1);
  }

  // A few rounds show what one round hands to the next; -1 trips are as many as nobody knows.
  void repeat(const Statement& body, int trips) {
    constexpr int kMostRounds = 6;
    if (trips == 0) return;
    const int rounds = trips < 0 ? kMostRounds : std::min(trips, kMostRounds);
    trips_ *= std::max(trips, 1);
    for (int round = 0; round < rounds && !finished_; ++round) execute(body);
    trips_ /= std::max(trips, 1);
  }

  // ---- expressions
  Taint evaluate(const Expression& expression) {
    switch (expression.kind) {
      case ExpressionKind::kVariable: {
        const auto known = variables_.find(expression.variable);
        return known == variables_.end() ? Taint{} : known->second;
      }
      case ExpressionKind::kMember:
        return is_tensor_like(expression.type) ? Taint{{kInput}, 1} : Taint{};
      case ExpressionKind::kConditional: {
        const std::optional<double> condition = number_of(expression.operands[0]);
        if (condition) return evaluate(expression.operands[*condition != 0 ? 1 : 2]);
        Taint taint = evaluate(expression.operands[1]);
        merge(taint, evaluate(expression.operands[2]));
        return taint;
      }
      case ExpressionKind::kCall:
        return evaluate_call(expression);
      default:
        return evaluate_operands(expression);
    }
  }

  Taint evaluate_operands(const Expression& expression) {
    Taint taint;
    for (const Expression& operand : expression.operands) merge(taint, evaluate(operand));
    return taint;
  }

  Taint evaluate_call(const Expression& call) {
    const CallRole role = role_of(context_, call);
    switch (role.kind) {
      case CallKind::kAssignment:
        return assign(call);
      case CallKind::kChild: {
        mark_child(call.operands[0]);
        Taint taint;
        for (std::size_t i = 1; i < call.operands.size(); ++i)
          merge(taint, evaluate(call.operands[i]));
        taint.sources.insert(site(call, role));
        taint.degree = 1;
        return taint;
      }
      case CallKind::kShapeQuery:
        evaluate_operands(call);
        return {};
      case CallKind::kArithmetic:
        return evaluate_arithmetic(call, role);
      case CallKind::kPlumbing: {
        Taint taint = evaluate_plumbing(call, role);
        taint.sources.insert(site(call, role));
        return taint;
      }
      case CallKind::kOperator:
      case CallKind::kDanger: {
        Taint taint = evaluate_operands(call);
        if (is_listed(context_.policy.factories, role.name)) taint.sources.erase(kInput);
        taint.sources.insert(site(call, role));
        taint.degree = 1;
        if (writes(role) && !call.operands.empty()) write(call, taint);
        return taint;
      }
      case CallKind::kStandard:
        if (call.callee == "std::vector::push_back" && call.operands.size() == 2 &&
            call.operands[0].kind == ExpressionKind::kVariable) {
          const Root pushed = root_of(call.operands[1], call.operands[0].variable);
          if (pushed.target != Flow::Target::kLocal) roots_[call.operands[0].variable] = pushed;
          merge(variables_[call.operands[0].variable], evaluate(call.operands[1]));
          return {};
        }
        return evaluate_operands(call);
      default:
        return evaluate_operands(call);
    }
  }

  Taint assign(const Expression& call) {
    const Expression& target = call.operands[0];
    const Taint value = call.operands.size() > 1 ? evaluate(call.operands[1]) : Taint{};
    if (target.kind == ExpressionKind::kVariable) {
      variables_[target.variable] = value;
      roots_[target.variable] = root_of(call.operands[1], target.variable);
    } else if (target.callee == "std::tie") {
      for (const Expression& part : target.operands) {
        if (part.kind == ExpressionKind::kVariable) variables_[part.variable] = value;
      }
    }
    return value;
  }

  Taint evaluate_arithmetic(const Expression& call, const CallRole& role) {
    Taint taint;
    int degree = 0;
    std::optional<double> exponent;
    for (std::size_t i = 0; i < call.operands.size(); ++i) {
      const Taint operand = evaluate(call.operands[i]);
      if (i < 2) degree += operand.degree;
      if (role.name == "pow" && i == 1) exponent = known_number(call.operands[i]);
      merge(taint, operand);
    }
    if (role.name == "mul" || role.name == "div") taint.degree = degree;
    if (role.name == "pow") {
      const double power = exponent && *exponent >= 1 ? *exponent : 2;
      taint.degree = static_cast<int>(std::ceil(taint.degree * std::min(power, 100.0)));
    }
    taint.degree = std::min(taint.degree, kMostDegree);
    if (taint.degree > flow_.highest_degree) {
      flow_.highest_degree = taint.degree;
      flow_.highest = &call;
    }
    taint.sources.insert(site(call, role));
    return taint;
  }

  // Of some operands only the shape is read.
  Taint evaluate_plumbing(const Expression& call, const CallRole& role) {
    const bool shape_only = role.name.ends_with("_as");
    Taint taint;
    for (std::size_t i = 0; i < call.operands.size(); ++i) {
      const Taint operand = evaluate(call.operands[i]);
      if (i == 0 || !shape_only) merge(taint, operand);
    }
    return taint;
  }

  // ---- storage: who else holds what is written to
  struct Root {
    Flow::Target target = Flow::Target::kLocal;
    int variable = -1;  // the first variable that holds it
    bool operator==(const Root&) const = default;
  };

  static bool writes(const CallRole& role) {
    return role.name.ends_with('_') && !role.name.ends_with("__");
  }

  // Plumbing may be a view of its operand; an operator that writes returns what it wrote to.
  Root root_of(const Expression& expression, int holder) const {
    if (expression.kind == ExpressionKind::kVariable) {
      const auto known = roots_.find(expression.variable);
      return known == roots_.end() ? Root{Flow::Target::kLocal, expression.variable}
                                   : known->second;
    }
    if (expression.kind == ExpressionKind::kMember) return {Flow::Target::kMember, -1};
    const CallRole role =
        expression.kind == ExpressionKind::kCall ? role_of(context_, expression) : CallRole{};
    const bool same = role.kind == CallKind::kPlumbing || writes(role) ||
                      is_listed(context_.policy.view_operators, role.name);
    if (same && !expression.operands.empty()) return root_of(expression.operands[0], holder);
    // Lists, copies and choices hold what they are made of.
    if (expression.kind != ExpressionKind::kCall || role.kind == CallKind::kStandard) {
      for (const Expression& operand : expression.operands) {
        const Root root = root_of(operand, holder);
        if (root.target != Flow::Target::kLocal || root.variable != holder) return root;
      }
    }
    return {Flow::Target::kLocal, holder};
  }

  void write(const Expression& call, const Taint& taint) {
    const Root root = root_of(call.operands[0], -1);
    const bool known = std::any_of(flow_.writes.begin(), flow_.writes.end(),
                                   [&](const Flow::Write& write) { return write.call == &call; });
    if (!known) flow_.writes.push_back({&call, root.target});
    if (root.target == Flow::Target::kMember) merge(returned_, taint);  // a change that stays
    for (const auto& [variable, other] : roots_) {
      if (other == root) merge(variables_[variable], taint);
    }
  }

  // ---- children
  void mark_child(const Expression& object) {
    if (object.kind == ExpressionKind::kMember) {
      flow_.members_called.insert(object.name);
    } else if (object.kind == ExpressionKind::kVariable) {
      const auto list = elements_.find(object.variable);
      if (list != elements_.end()) flow_.lists_called.insert(list->second);
    } else if (object.kind == ExpressionKind::kCall && object.operands.size() == 2 &&
               object.operands[0].kind == ExpressionKind::kMember) {
      mark_element(object.operands[0].name, object.operands[1]);
    }
  }

  void mark_element(const std::string& list, const Expression& index) {
    auto& called = flow_.elements_called[list];
    if (const std::optional<double> number = number_of(index)) {
      called.insert(static_cast<int>(*number));
    } else if (index.kind == ExpressionKind::kVariable && ranges_.contains(index.variable)) {
      const auto [from, to] = ranges_[index.variable];
      for (int i = from; i < to && i < from + 100000; ++i) called.insert(i);
    }
  }

  // ---- numbers
  std::optional<double> number_of(const Expression& expression) const {
    if (expression.value) return expression.value;
    if (expression.kind == ExpressionKind::kMember) {
      const auto known = settings_.find(expression.name);
      if (known != settings_.end()) return known->second;
    }
    if (expression.kind == ExpressionKind::kVariable) {
      const auto known = numbers_.find(expression.variable);
      if (known != numbers_.end()) return known->second;
    }
    if (expression.callee.starts_with("builtin ")) return calculate(expression);
    if (expression.callee == "std::vector::size" && !expression.operands.empty()) {
      const auto known = lengths_.find(expression.operands[0].name);
      if (known != lengths_.end() && known->second >= 0) return known->second;
    }
    return std::nullopt;
  }

  std::optional<double> calculate(const Expression& expression) const {
    const std::string sign = expression.callee.substr(expression.callee.find(' ') + 1);
    if (expression.operands.empty()) return std::nullopt;
    const std::optional<double> a = number_of(expression.operands[0]);
    if (expression.operands.size() == 1) {
      if (!a) return std::nullopt;
      return sign == "!" ? static_cast<double>(*a == 0) : sign == "-" ? -*a : *a;
    }
    const std::optional<double> b = number_of(expression.operands[1]);
    // One side may decide alone.
    if (sign == "&&" && ((a && *a == 0) || (b && *b == 0))) return 0;
    if (sign == "||" && ((a && *a != 0) || (b && *b != 0))) return 1;
    if (!a || !b) return std::nullopt;
    if (sign == "&&" || sign == "||") return sign == "&&";
    if (sign == "<") return *a < *b;
    if (sign == ">") return *a > *b;
    if (sign == "<=") return *a <= *b;
    if (sign == ">=") return *a >= *b;
    if (sign == "==") return *a == *b;
    if (sign == "!=") return *a != *b;
    if (sign == "+") return *a + *b;
    if (sign == "-") return *a - *b;
    if (sign == "*") return *a * *b;
    return std::nullopt;
  }

  int site(const Expression& call, const CallRole& role) {
    for (std::size_t i = 0; i < flow_.sites.size(); ++i) {
      if (flow_.sites[i].call == &call) return static_cast<int>(i);
    }
    flow_.sites.push_back({&call, role, false, trips_});
    return static_cast<int>(flow_.sites.size()) - 1;
  }

  const RuleContext& context_;
  const facts::Function& forward_;
  std::map<std::string, double> settings_;
  std::map<std::string, int> lengths_;
  std::map<int, Taint> variables_;
  std::map<int, Root> roots_;
  std::map<int, double> numbers_;
  std::map<int, std::string> elements_;        // loop variable: the list it runs over
  std::map<int, std::pair<int, int>> ranges_;  // loop variable: from, to
  Taint returned_;
  bool finished_ = false;  // a return was certainly reached
  int trips_ = 1;
  Flow flow_;
};

}  // namespace

Flow trace(const RuleContext& context, const facts::Class& model, const facts::Function& forward) {
  return Tracer(context, model, forward).run();
}

bool has_effect(const RuleContext& context, const std::string& class_file) {
  const facts::File* file = facts::file_of(context.project, class_file);
  const facts::Class* model = file == nullptr || file == &context.file ? nullptr : model_of(*file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr) return false;
  const RuleContext child{context.project, *file, context.policy, context.findings};
  const Flow flow = trace(child, *model, *forward);
  for (const Flow::Write& write : flow.writes) {
    if (write.target == Flow::Target::kMember) return true;
  }
  for (const Flow::Site& site : flow.sites) {
    if (site.role.kind == CallKind::kChild && has_effect(child, site.call->callee_file))
      return true;
  }
  return false;
}

std::map<std::string, double> known_settings(const facts::Class& model) {
  std::map<std::string, double> settings;
  for (const facts::Member& member : model.members) {
    if (!member.initialiser) continue;
    const Expression& value = *member.initialiser;
    const Expression& inner = value.kind == ExpressionKind::kList && value.operands.size() == 1
                                  ? value.operands[0]
                                  : value;
    if (inner.value) settings[member.name] = *inner.value;
  }
  for (const facts::Function& constructor : model.constructors) {
    for (const facts::Initialiser& initialiser : constructor.initialisers) {
      settings.erase(initialiser.member);
      if (initialiser.value.value) settings[initialiser.member] = *initialiser.value.value;
    }
    visit(constructor.body, [&](const Statement& statement) {
      if (statement.kind != StatementKind::kExpression) return;
      const Expression& assignment = statement.operands[0];
      if (assignment.callee != "builtin =" ||
          assignment.operands[0].kind != ExpressionKind::kMember)
        return;
      settings.erase(assignment.operands[0].name);
      if (assignment.operands[1].value)
        settings[assignment.operands[0].name] = *assignment.operands[1].value;
    });
  }
  return settings;
}

std::map<std::string, int> list_lengths(const facts::Class& model) {
  std::map<std::string, int> lengths;
  for (const facts::Function& constructor : model.constructors) {
    const std::function<void(const Statement&, int)> count = [&](const Statement& statement,
                                                                 int trips) {
      if (statement.kind == StatementKind::kCount) {
        const auto from = statement.operands[0].value;
        const auto to = statement.operands[1].value;
        trips = from && to && trips >= 0 ? trips * static_cast<int>(*to - *from) : -1;
      } else if (statement.kind == StatementKind::kIf) {
        trips = -1;
      }
      for (const Expression& operand : statement.operands) {
        if (operand.callee != "std::vector::push_back" || operand.operands.empty()) continue;
        int& length = lengths[operand.operands[0].name];
        length = trips < 0 || length < 0 ? -1 : length + trips;
      }
      for (const Statement& body : statement.bodies) count(body, trips);
    };
    count(constructor.body, 1);
  }
  return lengths;
}

}  // namespace strata
