#include "anticheat/rules/construction.h"
#include "anticheat/rules/rules.h"

namespace strata {

namespace {

using facts::Expression;
using facts::ExpressionKind;

// register_module("ln_1", std::make_shared<...>()), register_parameter("weight", at::empty({768})).
class Checker {
 public:
  explicit Checker(const RuleContext& context)
      : context_(context), parent_(context.file.profile == Profile::kParent) {}

  void check(const facts::Function& constructor) {
    for (const facts::Initialiser& initialiser : constructor.initialisers) {
      if (initialiser.member.empty()) {
        refuse(initialiser.value, "gives arguments to the base class");
      } else {
        check_value(initialiser.value);
      }
    }
    visit(constructor.body, [&](const facts::Statement& statement) {
      const bool number = statement.kind == facts::StatementKind::kDeclare &&
                          statement.operands.size() == 1 && is_number(statement.operands[0]);
      if (statement.kind == facts::StatementKind::kReturn ||
          (statement.kind == facts::StatementKind::kDeclare && !number)) {
        report(context_, "constructor", statement.place, statement.text,
               "a constructor only fills the members");
      }
      if (statement.kind == facts::StatementKind::kExpression)
        check_statement(statement.operands[0]);
    });
  }

 private:
  void refuse(const Expression& expression, const std::string& problem) {
    report(context_, "constructor", expression.place, expression.text, problem, expression.callee);
  }

  void check_statement(const Expression& call) {
    const bool assigns = call.callee.ends_with("::operator=") || call.callee == "builtin =";
    const bool appends = call.callee == "std::vector::push_back";
    if (call.callee == "std::vector::reserve" && call.operands[0].kind == ExpressionKind::kMember)
      return;
    if ((!assigns && !appends) || call.operands.size() != 2 ||
        call.operands[0].kind != ExpressionKind::kMember) {
      return refuse(call, "a constructor only fills the members");
    }
    check_value(call.operands[1]);
  }

  void check_value(const Expression& value) {
    // fc{register_module(...)}
    if (value.kind == ExpressionKind::kList && value.operands.size() == 1)
      return check_value(value.operands[0]);
    if (parent_ && value.callee == "torch::nn::Module::register_module") return check_module(value);
    const bool tensor = value.callee == "torch::nn::Module::register_parameter" ||
                        value.callee == "torch::nn::Module::register_buffer";
    if (tensor && parent_) return;  // parameter-in-parent
    if (tensor) return check_parameter(value);
    if (!is_number(value))
      refuse(value, "a member gets a registered child or parameter, or a number");
  }

  void check_module(const Expression& call) {
    if (call.operands.size() != 3 || call.operands[2].callee != "std::make_shared") {
      return refuse(call, "a child is made where it is registered");
    }
    if (call.operands[0].name != "this") refuse(call, "another module would hold the child");
    for (const Expression& argument : call.operands[2].operands) {
      if (!is_number(argument)) refuse(argument, "a child gets numbers only");
    }
  }

  void check_parameter(const Expression& call) {
    if (call.operands.size() < 3 || call.operands[1].type.kind != facts::TypeKind::kString ||
        !is_listed(context_.policy.parameter_factories, call.operands[2].callee)) {
      refuse(call, "a parameter is room for the archive's values");
    }
  }

  bool is_number(const Expression& value) const {
    if (value.value || value.kind == ExpressionKind::kLiteral) return true;
    if (value.kind == ExpressionKind::kMember || value.kind == ExpressionKind::kVariable) {
      using facts::TypeKind;
      return value.type.kind == TypeKind::kInteger || value.type.kind == TypeKind::kReal ||
             value.type.kind == TypeKind::kBoolean;
    }
    if (role_of(context_, value).kind != CallKind::kNumber && value.kind != ExpressionKind::kList)
      return false;
    for (const Expression& operand : value.operands) {
      if (!is_number(operand)) return false;
    }
    return true;
  }

  const RuleContext& context_;
  bool parent_;
};

}  // namespace

void check_constructor(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  const facts::Class* model = model_of(context.file);
  if (model == nullptr) return;
  for (const facts::Function& constructor : model->constructors)
    Checker(context).check(constructor);
  for (const Expression* call : construct(*model).replaced) {
    report(context, "constructor", call->place, call->text,
           "the member was filled before, and what it held stays registered");
  }
}

}  // namespace strata
