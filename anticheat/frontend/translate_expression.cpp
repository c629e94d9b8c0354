#include "anticheat/frontend/translate.h"
#include "clang/AST/DeclTemplate.h"

namespace strata::frontend {
namespace {

using facts::Expression;
using facts::ExpressionKind;

constexpr int kDeepest = 400;

// Skips what changes neither the value nor who is called.
const clang::Expr* without_wrapping(const clang::Expr* expression) {
  while (true) {
    const clang::Expr* inner = nullptr;
    if (const auto* full = llvm::dyn_cast<clang::FullExpr>(expression)) {
      inner = full->getSubExpr();
    } else if (const auto* paren = llvm::dyn_cast<clang::ParenExpr>(expression)) {
      inner = paren->getSubExpr();
    } else if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(expression)) {
      inner = cast->getSubExpr();
    } else if (const auto* temporary =
                   llvm::dyn_cast<clang::MaterializeTemporaryExpr>(expression)) {
      inner = temporary->getSubExpr();
    } else if (const auto* bound = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(expression)) {
      inner = bound->getSubExpr();
    } else if (const auto* list = llvm::dyn_cast<clang::CXXStdInitializerListExpr>(expression)) {
      inner = list->getSubExpr();
    } else if (const auto* value =
                   llvm::dyn_cast<clang::SubstNonTypeTemplateParmExpr>(expression)) {
      inner = value->getReplacement();
    } else if (const auto* rewritten =
                   llvm::dyn_cast<clang::CXXRewrittenBinaryOperator>(expression)) {
      inner = rewritten->getSemanticForm();
    } else if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(expression)) {
      const bool copies =
          made->getConstructor()->isCopyOrMoveConstructor() && made->getNumArgs() == 1;
      if (copies) inner = made->getArg(0);
    } else if (const auto* named = llvm::dyn_cast<clang::CXXFunctionalCastExpr>(expression)) {
      if (named->getType()->isRecordType()) inner = named->getSubExpr();
    }
    if (inner == nullptr) return expression;
    expression = inner;
  }
}

// ATen's functions and methods that are operators do nothing but call the operator's struct in
// at::_ops; those in ATen/ops/ and the C++ operators are written in terms of such.
bool calls_operator_struct(const clang::Stmt* statement) {
  if (statement == nullptr) return false;
  if (const auto* call = llvm::dyn_cast<clang::CallExpr>(statement)) {
    const clang::FunctionDecl* callee = call->getDirectCallee();
    if (callee != nullptr && qualified_name(*callee).starts_with("at::_ops::")) return true;
  }
  for (const clang::Stmt* part : statement->children()) {
    if (calls_operator_struct(part)) return true;
  }
  return false;
}

bool is_operator(const clang::FunctionDecl& callee, const std::string& file) {
  if (file.ends_with("/ATen/TensorOperators.h") || callee.isOverloadedOperator()) return true;
  const clang::FunctionDecl* definition = nullptr;
  return callee.hasBody(definition) && calls_operator_struct(definition->getBody());
}

class Translator {
 public:
  Translator(const Translation& translation, Scope& scope)
      : translation_(translation), scope_(scope) {}

  Expression translate(const clang::Expr* written) {
    const clang::Expr* expression = without_wrapping(written);
    Expression result;
    result.place = translation_.places.place(expression->getExprLoc());
    result.text =
        translation_.places.text(written->getSourceRange(), translation_.context.getLangOpts());
    result.type = translate_type(translation_, written->getType());
    if (++scope_.depth > kDeepest) {
      translation_.errors.push_back(
          {result.place, "the expression is nested too deeply to be judged"});
      --scope_.depth;
      return result;
    }
    // Of numbers the conversion counts: int64_t n = 0.5 is zero.
    result.value = known_value(written->getType()->isArithmeticType() ? written : expression);
    fill(expression, result);
    --scope_.depth;
    return result;
  }

 private:
  std::optional<double> known_value(const clang::Expr* expression) const {
    if (!expression->getType()->isArithmeticType() || expression->isValueDependent())
      return std::nullopt;
    clang::Expr::EvalResult evaluated;
    if (!expression->EvaluateAsRValue(evaluated, translation_.context) ||
        evaluated.HasSideEffects) {
      return std::nullopt;
    }
    if (evaluated.Val.isInt()) return static_cast<double>(evaluated.Val.getInt().getExtValue());
    if (evaluated.Val.isFloat()) {
      llvm::APFloat number = evaluated.Val.getFloat();
      bool inexact = false;
      number.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &inexact);
      return number.convertToDouble();
    }
    return std::nullopt;
  }

  void add_operands(Expression& result, llvm::ArrayRef<const clang::Expr*> operands) {
    for (const clang::Expr* operand : operands) {
      // A default argument belongs to the callee's declaration, which is judged where it stands.
      if (!llvm::isa<clang::CXXDefaultArgExpr>(operand))
        result.operands.push_back(translate(operand));
    }
  }

  void other(Expression& result, std::string what) {
    result.kind = ExpressionKind::kOther;
    result.name = std::move(what);
  }

  void fill(const clang::Expr* expression, Expression& result) {
    if (llvm::isa<clang::IntegerLiteral, clang::FloatingLiteral, clang::CXXBoolLiteralExpr,
                  clang::StringLiteral, clang::CXXNullPtrLiteralExpr, clang::ImplicitValueInitExpr,
                  clang::CXXScalarValueInitExpr>(expression)) {
      result.kind = ExpressionKind::kLiteral;
    } else if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(expression)) {
      fill_reference(*reference, result);
    } else if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(expression)) {
      fill_member(*member, result);
    } else if (const auto* list = llvm::dyn_cast<clang::InitListExpr>(expression)) {
      result.kind = ExpressionKind::kList;
      add_operands(result, {list->getInits(), list->getNumInits()});
    } else if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(expression)) {
      fill_construct(*made, result);
    } else if (const auto* call = llvm::dyn_cast<clang::CallExpr>(expression)) {
      fill_call(*call, result);
    } else if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(expression)) {
      fill_unary(*unary, result);
    } else if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(expression)) {
      result.kind = ExpressionKind::kCall;
      result.callee = "builtin " + binary->getOpcodeStr().str();
      add_operands(result, {binary->getLHS(), binary->getRHS()});
    } else if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(expression)) {
      result.kind = ExpressionKind::kConditional;
      add_operands(result, {choice->getCond(), choice->getTrueExpr(), choice->getFalseExpr()});
    } else if (const auto* cast = llvm::dyn_cast<clang::CXXFunctionalCastExpr>(expression)) {
      result.kind = ExpressionKind::kCall;
      result.callee = "builtin conversion";
      add_operands(result, {cast->getSubExpr()});
    } else {
      if (expression->containsErrors()) {
        translation_.errors.push_back({result.place, "can't be resolved"});
      }
      other(result, expression->getStmtClassName());
    }
  }

  void fill_reference(const clang::DeclRefExpr& reference, Expression& result) {
    const clang::ValueDecl* declaration = reference.getDecl();
    const auto known = scope_.variables.find(declaration);
    if (known != scope_.variables.end()) {
      result.kind = ExpressionKind::kVariable;
      result.variable = known->second;
      result.name = declaration->getNameAsString();
    } else if (llvm::isa<clang::VarDecl, clang::EnumConstantDecl>(declaration)) {
      result.kind = ExpressionKind::kConstant;
      result.name = qualified_name(*declaration);
    } else {
      other(result, std::string(declaration->getDeclKindName()) + " as a value");
      result.callee = qualified_name(*declaration);
    }
  }

  void fill_member(const clang::MemberExpr& member, Expression& result) {
    const clang::ValueDecl* declaration = member.getMemberDecl();
    const clang::Expr* base = member.getBase()->IgnoreParenImpCasts();
    const auto* field = llvm::dyn_cast<clang::FieldDecl>(declaration);
    if (field == nullptr) {
      other(result, "member function as a value");
      result.callee = qualified_name(*declaration);
      return;
    }
    result.name = field->getNameAsString();
    if (llvm::isa<clang::CXXThisExpr>(base) && field->getParent() == scope_.own_class) {
      result.kind = ExpressionKind::kMember;
      return;
    }
    result.kind = ExpressionKind::kField;
    result.callee = qualified_name(*field);
    add_operands(result, {base});
  }

  void fill_construct(const clang::CXXConstructExpr& made, Expression& result) {
    const clang::CXXRecordDecl* record = made.getConstructor()->getParent();
    result.kind = ExpressionKind::kConstruct;
    result.callee = qualified_name(*record);
    result.callee_file = translation_.places.file(record->getLocation());
    result.is_implicit = !llvm::isa<clang::CXXTemporaryObjectExpr>(made);
    for (const clang::ParmVarDecl* parameter : made.getConstructor()->parameters()) {
      result.callee_parameters.push_back(translate_type(translation_, parameter->getType()));
    }
    add_operands(result, {made.getArgs(), made.getNumArgs()});
  }

  void fill_call(const clang::CallExpr& call, Expression& result) {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    if (callee == nullptr) return other(result, "call that can't be resolved");
    result.kind = ExpressionKind::kCall;
    result.callee = qualified_name(*callee);
    result.callee_file = translation_.places.file(callee->getLocation());
    const bool of_library = result.callee.starts_with("at::");
    result.is_operator = of_library && is_operator(*callee, result.callee_file);
    for (const clang::ParmVarDecl* parameter : callee->parameters()) {
      result.callee_parameters.push_back(translate_type(translation_, parameter->getType()));
    }
    if (const auto* arguments = callee->getTemplateSpecializationArgs())
      name_template(*arguments, result);

    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(callee);
    result.is_static = method != nullptr && method->isStatic();
    if (const auto* member_call = llvm::dyn_cast<clang::CXXMemberCallExpr>(&call)) {
      result.is_method = true;
      const clang::Expr* object = member_call->getImplicitObjectArgument();
      if (object == nullptr) return other(result, "call through a pointer to a member");
      const clang::Expr* bare = object->IgnoreParenImpCasts();
      if (llvm::isa<clang::CXXThisExpr>(bare)) {
        Expression self;
        self.kind = ExpressionKind::kOther;
        self.name = "this";
        self.place = result.place;
        result.operands.push_back(std::move(self));
      } else {
        // Of a child's pointer the type counts, not its base.
        const bool asks = result.callee == "std::__shared_ptr::operator bool";
        result.operands.push_back(translate(asks ? bare : object));
      }
    } else {
      result.is_method = method != nullptr && !result.is_static;  // an operator
    }
    add_operands(result, {call.getArgs(), call.getNumArgs()});
    // child->forward(...): the pointer stands for what it points to.
    const bool arrow = result.callee == "std::__shared_ptr_access::operator->" ||
                       result.callee == "std::__shared_ptr_access::operator*";
    if (arrow && result.operands.size() == 1) {
      Expression object = result.operands[0];
      object.text = result.text;
      result = std::move(object);
    }
    name_question(result);
  }

  // "if (child)" and "if (child != nullptr)" ask whether an optional child was made.
  static void name_question(Expression& call) {
    if (call.operands.empty() || call.operands[0].type.kind != facts::TypeKind::kChild) return;
    const bool compares = call.callee == "std::operator==" && call.operands.size() == 2 &&
                          call.operands[1].kind == ExpressionKind::kLiteral;
    if (call.callee != "std::__shared_ptr::operator bool" && !compares) return;
    call.operands.resize(1);
    call.callee = "builtin made";
    if (!compares) return;
    Expression made = call;
    call.callee = "builtin !";
    call.operands = {std::move(made)};
  }

  void name_template(const clang::TemplateArgumentList& arguments, Expression& result) {
    if (arguments.size() == 0) return;
    if (arguments[0].getKind() == clang::TemplateArgument::Integral) {
      result.value = std::nullopt;
      result.name = std::to_string(arguments[0].getAsIntegral().getExtValue());
    }
    if (arguments[0].getKind() != clang::TemplateArgument::Type) return;
    if (const auto* record = arguments[0].getAsType()->getAsCXXRecordDecl()) {
      result.callee_class = qualified_name(*record);
      result.callee_class_file = translation_.places.file(record->getLocation());
    }
  }

  void fill_unary(const clang::UnaryOperator& unary, Expression& result) {
    result.kind = ExpressionKind::kCall;
    const auto operation = unary.getOpcode();
    if (operation == clang::UO_AddrOf || operation == clang::UO_Deref) {
      return other(result, operation == clang::UO_AddrOf ? "address" : "dereference");
    }
    result.callee = "builtin " + clang::UnaryOperator::getOpcodeStr(operation).str();
    add_operands(result, {unary.getSubExpr()});
  }

  const Translation& translation_;
  Scope& scope_;
};

}  // namespace

facts::Expression translate_expression(const Translation& translation, Scope& scope,
                                       const clang::Expr* expression) {
  return Translator(translation, scope).translate(expression);
}

}  // namespace strata::frontend
