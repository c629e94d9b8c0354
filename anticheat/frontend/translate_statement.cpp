#include "anticheat/frontend/translate.h"
#include "clang/AST/StmtCXX.h"

namespace strata::frontend {
namespace {

using facts::Statement;
using facts::StatementKind;

// The variable of `for (int64_t i = a; i < b; ++i)`, or `i != b`; null for any other form.
const clang::VarDecl* counted_variable(const clang::ForStmt& loop) {
  const auto* declaration = llvm::dyn_cast_or_null<clang::DeclStmt>(loop.getInit());
  if (declaration == nullptr || !declaration->isSingleDecl() ||
      loop.getConditionVariable() != nullptr) {
    return nullptr;
  }
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration->getSingleDecl());
  if (variable == nullptr || variable->getInit() == nullptr ||
      !variable->getType()->isIntegerType()) {
    return nullptr;
  }
  const auto names_it = [&](const clang::Expr* expression) {
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(expression->IgnoreParenImpCasts());
    return reference != nullptr && reference->getDecl() == variable;
  };
  const auto* condition = llvm::dyn_cast_or_null<clang::BinaryOperator>(loop.getCond());
  if (condition == nullptr ||
      (condition->getOpcode() != clang::BO_LT && condition->getOpcode() != clang::BO_NE) ||
      !names_it(condition->getLHS())) {
    return nullptr;
  }
  const auto* step = llvm::dyn_cast_or_null<clang::UnaryOperator>(loop.getInc());
  if (step == nullptr || !step->isIncrementOp() || !names_it(step->getSubExpr())) return nullptr;
  return variable;
}

class Translator {
 public:
  Translator(const Translation& translation, Scope& scope)
      : translation_(translation), scope_(scope) {}

  Statement translate(const clang::Stmt* statement) {
    Statement result;
    result.place = translation_.places.place(statement->getBeginLoc());
    result.text =
        translation_.places.text(statement->getSourceRange(), translation_.context.getLangOpts());
    if (const auto* block = llvm::dyn_cast<clang::CompoundStmt>(statement)) {
      result.kind = StatementKind::kBlock;
      for (const clang::Stmt* part : block->body()) result.bodies.push_back(translate(part));
    } else if (llvm::isa<clang::NullStmt>(statement)) {
      result.kind = StatementKind::kBlock;
    } else if (const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(statement)) {
      fill_declarations(*declaration, result);
    } else if (const auto* back = llvm::dyn_cast<clang::ReturnStmt>(statement)) {
      result.kind = StatementKind::kReturn;
      if (back->getRetValue() != nullptr) add(result, back->getRetValue());
    } else if (const auto* choice = llvm::dyn_cast<clang::IfStmt>(statement)) {
      fill_choice(*choice, result);
    } else if (const auto* range = llvm::dyn_cast<clang::CXXForRangeStmt>(statement)) {
      fill_range(*range, result);
    } else if (const auto* loop = llvm::dyn_cast<clang::ForStmt>(statement)) {
      fill_loop(*loop, result);
    } else if (const auto* expression = llvm::dyn_cast<clang::Expr>(statement)) {
      result.kind = StatementKind::kExpression;
      add(result, expression);
    } else {
      result.name = statement->getStmtClassName();
    }
    return result;
  }

 private:
  void add(Statement& result, const clang::Expr* expression) {
    result.operands.push_back(translate_expression(translation_, scope_, expression));
  }

  // "T a = x, b = y;" is the block { T a = x; T b = y; }.
  void fill_declarations(const clang::DeclStmt& declarations, Statement& result) {
    if (declarations.isSingleDecl()) return fill_declaration(*declarations.getSingleDecl(), result);
    result.kind = StatementKind::kBlock;
    for (const clang::Decl* declaration : declarations.decls()) {
      Statement part;
      part.place = translation_.places.place(declaration->getLocation());
      part.text = translation_.places.text(declaration->getSourceRange(),
                                           translation_.context.getLangOpts());
      fill_declaration(*declaration, part);
      result.bodies.push_back(std::move(part));
    }
  }

  void fill_declaration(const clang::Decl& declaration, Statement& result) {
    const auto* variable = llvm::dyn_cast<clang::VarDecl>(&declaration);
    if (variable == nullptr || variable->isStaticLocal() || variable->hasExternalStorage()) {
      result.name = variable != nullptr ? "static variable" : "declaration";
      return;
    }
    result.kind = StatementKind::kDeclare;
    const clang::Expr* init = variable->getInit();
    // A tensor that is only declared has a constructor call without arguments.
    const auto* made = llvm::dyn_cast_or_null<clang::CXXConstructExpr>(init);
    const bool empty = made != nullptr && made->getNumArgs() == 0 &&
                       !llvm::isa<clang::CXXTemporaryObjectExpr>(made);
    if (init != nullptr && !empty) add(result, init);
    if (const auto* parts = llvm::dyn_cast<clang::DecompositionDecl>(variable)) {
      for (const clang::BindingDecl* part : parts->bindings()) {
        result.variables.push_back(declare_variable(translation_, scope_, *part, false));
      }
    } else {
      result.variables.push_back(declare_variable(translation_, scope_, *variable, false));
    }
  }

  void fill_choice(const clang::IfStmt& choice, Statement& result) {
    if (choice.getInit() != nullptr || choice.getConditionVariable() != nullptr ||
        choice.isConstexpr() || choice.isConsteval()) {
      result.name = "if with more than a condition";
      return;
    }
    result.kind = StatementKind::kIf;
    add(result, choice.getCond());
    result.bodies.push_back(translate(choice.getThen()));
    if (choice.getElse() != nullptr) result.bodies.push_back(translate(choice.getElse()));
  }

  void fill_range(const clang::CXXForRangeStmt& range, Statement& result) {
    if (range.getInit() != nullptr ||
        llvm::isa<clang::DecompositionDecl>(range.getLoopVariable())) {
      result.name = "for with more than a range";
      return;
    }
    result.kind = StatementKind::kForEach;
    add(result, range.getRangeInit());
    result.variables.push_back(
        declare_variable(translation_, scope_, *range.getLoopVariable(), false));
    result.bodies.push_back(translate(range.getBody()));
  }

  void fill_loop(const clang::ForStmt& loop, Statement& result) {
    const clang::VarDecl* variable = counted_variable(loop);
    if (variable == nullptr) {
      result.name = "for that does not count up by one";
      return;
    }
    result.kind = StatementKind::kCount;
    add(result, variable->getInit());
    result.variables.push_back(declare_variable(translation_, scope_, *variable, false));
    add(result, llvm::cast<clang::BinaryOperator>(loop.getCond())->getRHS());
    result.bodies.push_back(translate(loop.getBody()));
  }

  const Translation& translation_;
  Scope& scope_;
};

}  // namespace

int declare_variable(const Translation& translation, Scope& scope, const clang::ValueDecl& variable,
                     bool is_parameter) {
  facts::Variable fact;
  fact.name = variable.getNameAsString();
  fact.place = translation.places.place(variable.getLocation());
  fact.type = translate_type(translation, variable.getType());
  fact.is_parameter = is_parameter;
  fact.is_reference = variable.getType()->isReferenceType();
  if (const auto* part = llvm::dyn_cast<clang::BindingDecl>(&variable))
    fact.is_reference = part->getDecomposedDecl()->getType()->isReferenceType();
  if (const auto* parameter = llvm::dyn_cast<clang::ParmVarDecl>(&variable)) {
    fact.has_default = parameter->hasDefaultArg();
  }
  const int index = static_cast<int>(scope.function->variables.size());
  scope.function->variables.push_back(std::move(fact));
  scope.variables[&variable] = index;
  return index;
}

facts::Statement translate_statement(const Translation& translation, Scope& scope,
                                     const clang::Stmt* statement) {
  return Translator(translation, scope).translate(statement);
}

}  // namespace strata::frontend
