#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "anticheat/facts/facts.h"
#include "anticheat/reply.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"

// From Clang's syntax tree, macros and templates already resolved, to facts.
namespace strata::frontend {

// Where things are, by canonical path; #line has no say in it.
class Places {
 public:
  explicit Places(const clang::SourceManager& sources) : sources_(sources) {}

  Place place(clang::SourceLocation location) const;
  std::string file(clang::SourceLocation location) const;  // "" for what the compiler made itself
  // The source between two locations on one line, shortened to what fits in a message.
  std::string text(clang::SourceRange range, const clang::LangOptions& language) const;
  const clang::SourceManager& sources() const { return sources_; }

 private:
  const clang::SourceManager& sources_;
  mutable std::map<clang::FileID, std::string> paths_;
};

// What the translation of one request shares.
struct Translation {
  clang::ASTContext& context;
  const Places& places;
  const std::set<std::string>& judged;  // paths of all judged files
  std::vector<ScanError>& errors;
};

// "std::vector", "at::Tensor::view": no template arguments, no inline namespaces.
std::string qualified_name(const clang::NamedDecl& declaration);

facts::Type translate_type(const Translation& translation, clang::QualType type);

// The class and function that an expression or statement stands in.
struct Scope {
  const clang::CXXRecordDecl* own_class = nullptr;
  facts::Function* function = nullptr;
  std::map<const clang::ValueDecl*, int> variables;
  int depth = 0;
};

int declare_variable(const Translation& translation, Scope& scope, const clang::ValueDecl& variable,
                     bool is_parameter);
facts::Expression translate_expression(const Translation& translation, Scope& scope,
                                       const clang::Expr* expression);
facts::Statement translate_statement(const Translation& translation, Scope& scope,
                                     const clang::Stmt* statement);

// Puts everything that the judged files declare into `project`, file by file.
void translate_declarations(const Translation& translation, facts::Project& project);

}  // namespace strata::frontend
