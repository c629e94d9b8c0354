// Compiled without access control: no public member takes an instance from its template.

#include "anticheat/frontend/forget_instances.h"

#include <vector>

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecursiveASTVisitor.h"

namespace strata::frontend {
namespace {

bool in_standard_library(const clang::Decl& declaration) {
  const clang::NamespaceDecl* outermost = nullptr;
  for (const clang::DeclContext* context = declaration.getDeclContext(); context != nullptr;
       context = context->getParent()) {
    if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(context)) outermost = space;
  }
  return outermost != nullptr && outermost->getName() == "std";
}

// What somebody wrote as a specialisation is no instance, and can't be made anew.
bool is_instance(clang::TemplateSpecializationKind kind) {
  return kind == clang::TSK_Undeclared || kind == clang::TSK_ImplicitInstantiation;
}

bool can_go(const clang::FunctionTemplateSpecializationInfo& function) {
  return is_instance(function.getTemplateSpecializationKind());
}

bool can_go(const clang::VarTemplateSpecializationDecl& variable) {
  return is_instance(variable.getSpecializationKind());
}

// As std::remove_const<T>::type does. What has to be worked out, by decltype, reads other instances
// while its own class is not complete, and these can't be merged with it yet.
bool names_a_parameter(const clang::Decl* member) {
  const auto* name = llvm::dyn_cast<clang::TypedefNameDecl>(member);
  return name != nullptr &&
         llvm::isa<clang::SubstTemplateTypeParmType>(name->getUnderlyingType().getTypePtr());
}

bool can_go(const clang::ClassTemplateSpecializationDecl& type) {
  if (!is_instance(type.getSpecializationKind())) return false;
  const clang::CXXRecordDecl* definition = type.getDefinition();
  if (definition == nullptr) return true;
  return llvm::all_of(definition->decls(), [](const clang::Decl* member) {
    return member->isImplicit() || names_a_parameter(member) ||
           llvm::isa<clang::StaticAssertDecl, clang::AccessSpecDecl>(member);
  });
}

template <typename Instances>
void forget(Instances& instances) {
  std::vector<decltype(&*instances.begin())> kept;
  for (auto& instance : instances)
    if (!can_go(instance)) kept.push_back(&instance);
  instances.clear();
  for (auto* instance : kept) instances.InsertNode(instance);
}

class Forgetting : public clang::RecursiveASTVisitor<Forgetting> {
 public:
  bool VisitRedeclarableTemplateDecl(clang::RedeclarableTemplateDecl* declared) {
    if (!declared->isCanonicalDecl() || !in_standard_library(*declared)) return true;
    if (auto* function = llvm::dyn_cast<clang::FunctionTemplateDecl>(declared))
      forget(function->getSpecializations());
    if (auto* variable = llvm::dyn_cast<clang::VarTemplateDecl>(declared))
      forget(variable->getSpecializations());
    if (auto* type = llvm::dyn_cast<clang::ClassTemplateDecl>(declared))
      forget(type->getSpecializations());
    return true;
  }
};

}  // namespace

void forget_instances(clang::ASTContext& context) {
  Forgetting().TraverseDecl(context.getTranslationUnitDecl());
}

}  // namespace strata::frontend
