#include "anticheat/rules/flow.h"

#include <algorithm>

#include "anticheat/rules/flow_arithmetic.h"
#include "anticheat/rules/flow_plumbing.h"
#include "anticheat/rules/flow_value.h"

namespace strata {
namespace {

using facts::Expression;
using facts::ExpressionKind;
using facts::Statement;
using facts::StatementKind;

class Tracer {
 public:
  Tracer(const RuleContext& context, const facts::Function& forward, const KnownNumbers& known)
      : context_(context), forward_(forward), known_(known), roots_(context) {
    for (std::size_t i = 0; i < forward.variables.size(); ++i) {
      if (!forward.variables[i].is_parameter) continue;
      const int index = static_cast<int>(i);
      variables_[index] = input("input " + std::to_string(i));
      roots_.set(index, {WriteTarget::kInput, index});
    }
  }

  Flow run() {
    execute(forward_.body);
    for (const auto& [source, factor] : returned_.sources) {
      if (source == kInputSource)
        flow_.output_needs_input = true;
      else
        flow_.sites[static_cast<std::size_t>(source)].reaches_output = true;
    }
    flow_.children = std::move(children_);
    return std::move(flow_);
  }

 private:
  FlowValue input(const std::string& name) {
    FlowValue value;
    value.depend_on(kInputSource);
    value.degree = 1;
    value.form = LinearForm::of_atom(atoms_.of(name));
    return value;
  }

  // ---- statements
  void execute(const Statement& statement) {
    switch (statement.kind) {
      case StatementKind::kBlock:
        for (const Statement& part : statement.bodies) {
          if (!finished_) execute(part);
        }
        break;
      case StatementKind::kDeclare:
        declare(statement);
        break;
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
        for (const Expression& operand : statement.operands) merge(returned_, evaluate(operand));
        finished_ = true;
        break;
    }
  }

  void declare(const Statement& statement) {
    FlowValue value;
    if (!statement.operands.empty()) value = evaluate(statement.operands[0]);
    assign_each(statement.variables, value);
    for (const int variable : statement.variables) {
      known_.variables.erase(variable);
      if (statement.operands.empty()) {
        roots_.set(variable, {WriteTarget::kLocal, variable});
      } else {
        roots_.assign(variable, statement.operands[0]);
      }
    }
    if (statement.variables.size() != 1 || statement.operands.empty()) return;
    const int variable = statement.variables[0];
    if (const auto number = number_of(known_, statement.operands[0])) {
      known_.variables[variable] =
          as_type(*number, forward_.variables[static_cast<std::size_t>(variable)].type);
    }
  }

  // Several variables get the parts of a tuple.
  void assign_each(const std::vector<int>& variables, const FlowValue& value) {
    const bool parts = variables.size() > 1 && value.elements.size() == variables.size();
    for (std::size_t i = 0; i < variables.size(); ++i) {
      variables_[variables[i]] = parts ? value.elements[i] : value;
      if (variables.size() > 1 && !parts) variables_[variables[i]].form.reset();
    }
  }

  void execute_choice(const Statement& statement) {
    if (const std::optional<double> condition = number_of(known_, statement.operands[0])) {
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
    for (const auto& [variable, value] : after) {
      const auto [known, is_new] = variables_.emplace(variable, value);
      if (!is_new) merge(known->second, value);
    }
  }

  void execute_each(const Statement& statement) {
    const std::string list = statement.operands[0].name;
    children_.loop_over(statement.variables[0], list);
    const auto length = known_.list_lengths.find(list);
    repeat(statement, length == known_.list_lengths.end() ? -1 : length->second, std::nullopt);
  }

  void execute_count(const Statement& statement) {
    const std::optional<double> from = number_of(known_, statement.operands[0]);
    const std::optional<double> to = number_of(known_, statement.operands[1]);
    if (from && to)
      children_.count(statement.variables[0], static_cast<int>(*from), static_cast<int>(*to));
    repeat(statement, from && to ? std::max(static_cast<int>(*to - *from), 0) : -1, from);
  }

  // A few rounds show what one round hands to the next; -1 trips are as many as nobody knows.
  void repeat(const Statement& loop, int trips, std::optional<double> from) {
    constexpr int kMostRounds = 6;
    if (trips == 0) return;
    const int rounds = trips < 0 ? kMostRounds : std::min(trips, kMostRounds);
    trips_ *= std::max(trips, 1);
    ++loops_;
    for (int round = 0; round < rounds && !finished_; ++round) {
      ++round_;
      if (from) known_.variables[loop.variables[0]] = *from + round;
      execute(loop.bodies[0]);
    }
    known_.variables.erase(loop.variables[0]);
    --loops_;
    trips_ /= std::max(trips, 1);
  }

  // ---- expressions
  FlowValue evaluate(const Expression& expression) {
    switch (expression.kind) {
      case ExpressionKind::kVariable: {
        const auto known = variables_.find(expression.variable);
        return known == variables_.end() ? FlowValue{} : known->second;
      }
      case ExpressionKind::kMember:
        return is_tensor_like(expression.type) ? input("member " + expression.name) : FlowValue{};
      case ExpressionKind::kConditional: {
        const std::optional<double> condition = number_of(known_, expression.operands[0]);
        if (condition) return evaluate(expression.operands[*condition != 0 ? 1 : 2]);
        FlowValue value = evaluate(expression.operands[1]);
        merge(value, evaluate(expression.operands[2]));
        return value;
      }
      case ExpressionKind::kCall:
        return evaluate_call(expression);
      case ExpressionKind::kConstruct:
      case ExpressionKind::kList:
        if (expression.operands.size() == 1 && expression.operands[0].kind == ExpressionKind::kList)
          return evaluate(expression.operands[0]);
        return evaluate_list(expression.operands);
      default:
        return evaluate_list(expression.operands);
    }
  }

  FlowValue evaluate_list(const std::vector<Expression>& operands) {
    std::vector<FlowValue> elements;
    for (const Expression& operand : operands) elements.push_back(evaluate(operand));
    return list_of(std::move(elements));
  }

  FlowValue evaluate_call(const Expression& call) {
    const CallRole role = role_of(context_, call);
    switch (role.kind) {
      case CallKind::kAssignment:
        return assign(call);
      case CallKind::kChild:
        return evaluate_child(call, role);
      case CallKind::kShapeQuery:
        evaluate_list(call.operands);
        return {};
      case CallKind::kArithmetic:
        return evaluate_arithmetic(call, role);
      case CallKind::kPlumbing:
        return evaluate_plumbing(call, role);
      case CallKind::kOperator:
      case CallKind::kDanger:
        return evaluate_operator(call, role);
      case CallKind::kStandard:
        return evaluate_standard(call);
      default:
        return evaluate_list(call.operands);
    }
  }

  FlowValue evaluate_child(const Expression& call, const CallRole& role) {
    children_.called(call.operands[0], known_);
    std::vector<FlowValue> inputs;
    for (std::size_t i = 1; i < call.operands.size(); ++i)
      inputs.push_back(evaluate(call.operands[i]));
    FlowValue value = list_of(inputs);
    value.elements.clear();
    value.cuts.clear();
    value.depend_on(site(call, role));
    value.degree = 1;
    value.magnitude = 1;
    // The same child gives the same for the same.
    std::string name = "child " + call.operands[0].text;
    if (loops_ > 0) name += " in round " + std::to_string(round_);
    for (const FlowValue& each : inputs) {
      if (!each.form) return value;
      name += each.form->text();
    }
    value.form = LinearForm::of_atom(atoms_.of(name));
    return value;
  }

  FlowValue evaluate_operator(const Expression& call, const CallRole& role) {
    std::vector<FlowValue> inputs;
    for (const Expression& operand : call.operands) inputs.push_back(evaluate(operand));
    FlowValue value = list_of(inputs);
    value.elements.clear();
    if (is_listed(context_.policy.factories, role.name)) value.sources.erase(kInputSource);
    value.depend_on(site(call, role));
    value.degree = 1;
    value.magnitude = 1;
    if (role.kind == CallKind::kOperator) value.form = form_of(namer(), role.name, call, inputs);
    if (writes(role) && !call.operands.empty()) write(call, value);
    return value;
  }

  FlowValue evaluate_standard(const Expression& call) {
    if (call.callee == "std::vector::push_back" && call.operands.size() == 2 &&
        call.operands[0].kind == ExpressionKind::kVariable) {
      append(call.operands[0].variable, call.operands[1]);
      return {};
    }
    if (call.callee == "std::make_tuple") return evaluate_list(call.operands);
    if (call.operands.empty()) return {};
    FlowValue list = evaluate(call.operands[0]);
    if (call.callee == "std::move") return list;
    if (call.callee == "std::get") return element_of(list, std::stod(call.name));
    const bool picks = call.callee == "std::vector::operator[]" || call.callee == "std::vector::at";
    if (picks && call.operands.size() == 2)
      return element_of(list, number_of(known_, call.operands[1]));
    return evaluate_list(call.operands);
  }

  FormNamer namer() { return {context_.policy, known_, atoms_}; }

  void append(int list, const Expression& element) {
    roots_.append(list, element);
    FlowValue& value = variables_[list];
    const bool known = loops_ == 0 && (!value.elements.empty() || value.sources.empty());
    std::vector<FlowValue> elements = std::move(value.elements);
    value.elements.clear();
    const FlowValue added = evaluate(element);
    elements.push_back(added);
    if (known) {
      variables_[list] = list_of(std::move(elements));
    } else {
      merge(variables_[list], added);
    }
  }

  FlowValue assign(const Expression& call) {
    const Expression& target = call.operands[0];
    const FlowValue value = call.operands.size() > 1 ? evaluate(call.operands[1]) : FlowValue{};
    if (target.kind == ExpressionKind::kVariable) {
      variables_[target.variable] = value;
      roots_.assign(target.variable, call.operands[1]);
    } else if (target.callee == "std::tie") {
      std::vector<int> variables;
      for (const Expression& part : target.operands) {
        if (part.kind == ExpressionKind::kVariable) variables.push_back(part.variable);
      }
      assign_each(variables, value);
    }
    return value;
  }

  FlowValue evaluate_arithmetic(const Expression& call, const CallRole& role) {
    std::vector<ArithmeticOperand> operands(2);
    std::optional<double> scale;
    for (std::size_t i = 0; i < call.operands.size(); ++i) {
      const Expression& operand = call.operands[i];
      if (i >= 2) {
        evaluate(operand);
        scale = number_of(known_, operand);
        continue;
      }
      operands[i].value = evaluate(operand);
      operands[i].is_tensor = is_tensor_like(operand.type);
      if (!operands[i].is_tensor) {
        operands[i].number = number_of(known_, operand);
        if (operands[i].number) {
          operands[i].value.form = LinearForm::of_number(*operands[i].number);
          operands[i].value.magnitude = std::abs(*operands[i].number);
        }
      }
    }
    const Policy& policy = context_.policy;
    const bool kernel = is_kernel(context_.file.profile);
    const ArithmeticLimits limits{
        kernel ? policy.smallest_factor_in_kernel : policy.smallest_factor, policy.largest_offset,
        kernel && context_.file.operators};
    ArithmeticResult result =
        follow_arithmetic(role.name, operands[0], operands[1], scale, limits, atoms_);
    if (!result.vanishing.empty()) flow_.vanishing.emplace(&call, result.vanishing);
    FlowValue& value = result.value;
    if (value.degree > flow_.highest_degree) {
      flow_.highest_degree = value.degree;
      flow_.highest = &call;
    }
    if (value.most_cuts() > flow_.most_cuts) {
      flow_.most_cuts = value.most_cuts();
      flow_.most_cuts_at = &call;
    }
    value.depend_on(site(call, role));
    return std::move(value);
  }

  FlowValue evaluate_plumbing(const Expression& call, const CallRole& role) {
    std::vector<FlowValue> inputs;
    for (const Expression& operand : call.operands) inputs.push_back(evaluate(operand));
    if (inputs.empty()) return {};
    if (picks_nothing(known_, role.name, call)) flow_.vanishing.emplace(&call, "picks no elements");
    // Of some operands only the shape is read.
    if (role.name.ends_with("_as")) inputs.resize(1);
    FlowValue value = follow_plumbing(namer(), role.name, call, inputs);
    value.depend_on(site(call, role));
    return value;
  }

  void write(const Expression& call, const FlowValue& written) {
    const MemoryRoot root = roots_.root_of(call.operands[0], -1);
    const bool known = std::any_of(flow_.writes.begin(), flow_.writes.end(),
                                   [&](const Flow::Write& write) { return write.call == &call; });
    if (!known) flow_.writes.push_back({&call, root.target});
    if (root.target == WriteTarget::kMember) merge(returned_, written);  // a change that stays
    for (const int variable : roots_.holders_of(root)) {
      merge(variables_[variable], written);
      variables_[variable].form.reset();
    }
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
  KnownNumbers known_;
  MemoryRoots roots_;
  ChildCalls children_;
  Atoms atoms_;
  std::map<int, FlowValue> variables_;
  FlowValue returned_;
  bool finished_ = false;  // a return was certainly reached
  int trips_ = 1;
  int loops_ = 0;  // around what is being executed
  int round_ = 0;  // of any loop, counted on
  Flow flow_;
};

}  // namespace

Flow trace(const RuleContext& context, const facts::Function& forward, const KnownNumbers& known) {
  return Tracer(context, forward, known).run();
}

Flow trace(const RuleContext& context, const facts::Class& model, const facts::Function& forward) {
  return trace(context, forward, construct(model).known);
}

}  // namespace strata
