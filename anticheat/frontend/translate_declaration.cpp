#include "anticheat/frontend/translate.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"

namespace strata::frontend {
namespace {

class Translator {
 public:
  Translator(const Translation& translation, facts::Project& project)
      : translation_(translation), project_(project) {}

  void translate_unit() {
    for (const clang::Decl* declaration :
         translation_.context.getTranslationUnitDecl()->noload_decls()) {
      if (declaration->isFromASTFile() || declaration->isImplicit()) continue;
      facts::File* file = file_of(*declaration);
      if (file == nullptr || file->profile == Profile::kAdapter) continue;
      collect_attributes(*declaration, *file);
      if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(declaration)) {
        file->namespaces.push_back(translate_namespace(*space, *file));
      } else if (!llvm::isa<clang::EmptyDecl>(declaration)) {
        file->others.push_back(other(*declaration));
      }
    }
  }

 private:
  facts::File* file_of(const clang::Decl& declaration) {
    const std::string path = translation_.places.file(declaration.getLocation());
    for (facts::File& file : project_.files) {
      if (file.path == path) return &file;
    }
    return nullptr;
  }

  std::string text(clang::SourceRange range) const {
    return translation_.places.text(range, translation_.context.getLangOpts());
  }

  void collect_attributes(const clang::Decl& declaration, facts::File& file) {
    for (const clang::Attr* attribute : declaration.attrs()) {
      if (attribute->isImplicit() || attribute->isInherited()) continue;
      file.attributes.push_back(
          {attribute->getSpelling(), translation_.places.place(attribute->getLocation())});
    }
  }

  facts::OtherDeclaration other(const clang::Decl& declaration, std::string what = {}) const {
    facts::OtherDeclaration fact;
    fact.what = what.empty() ? std::string(declaration.getDeclKindName()) : std::move(what);
    if (const auto* named = llvm::dyn_cast<clang::NamedDecl>(&declaration))
      fact.name = named->getNameAsString();
    if (const auto* use = llvm::dyn_cast<clang::UsingDecl>(&declaration);
        use != nullptr && use->shadow_size() == 1) {
      const clang::NamedDecl* target = (*use->shadow_begin())->getTargetDecl();
      if (llvm::isa<clang::CXXRecordDecl>(target))
        fact.target_file = translation_.places.file(target->getLocation());
    }
    fact.text = text(declaration.getSourceRange());
    fact.place = translation_.places.place(declaration.getLocation());
    return fact;
  }

  facts::Namespace translate_namespace(const clang::NamespaceDecl& space, facts::File& file) {
    facts::Namespace fact;
    fact.name = space.getNameAsString();
    fact.place = translation_.places.place(space.getLocation());
    fact.is_inline = space.isInline();
    fact.is_anonymous = space.isAnonymousNamespace();
    fact.is_reopened = !space.isFirstDecl();
    for (const clang::Decl* declaration : space.noload_decls()) {
      if (declaration->isImplicit() ||
          llvm::isa<clang::EmptyDecl, clang::UsingShadowDecl>(declaration))
        continue;
      collect_attributes(*declaration, file);
      if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(declaration);
          record != nullptr && record->isThisDeclarationADefinition() && !record->isUnion() &&
          !llvm::isa<clang::ClassTemplateSpecializationDecl>(record)) {
        fact.classes.push_back(translate_class(*record, file));
      } else if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration);
                 function != nullptr && function->isThisDeclarationADefinition() &&
                 function->hasBody() && !llvm::isa<clang::CXXMethodDecl>(function) &&
                 !function->isFunctionTemplateSpecialization() &&
                 !function->isOverloadedOperator()) {
        fact.functions.push_back(translate_function(*function, nullptr, file));
      } else {
        fact.others.push_back(other(*declaration));
      }
    }
    return fact;
  }

  facts::Class translate_class(const clang::CXXRecordDecl& record, facts::File& file) {
    facts::Class fact;
    fact.name = record.getNameAsString();
    fact.qualified_name = qualified_name(record);
    fact.place = translation_.places.place(record.getLocation());
    for (const clang::CXXBaseSpecifier& base : record.bases()) {
      const auto* base_record = base.getType()->getAsCXXRecordDecl();
      std::string spelling = base.isVirtual() ? "virtual " : "";
      spelling += base.getAccessSpecifier() == clang::AS_public ? "public " : "non-public ";
      spelling +=
          base_record != nullptr ? qualified_name(*base_record) : base.getType().getAsString();
      fact.bases.push_back(std::move(spelling));
    }
    for (const clang::Decl* declaration : record.decls()) {
      if (declaration->isImplicit() ||
          llvm::isa<clang::AccessSpecDecl, clang::EmptyDecl>(declaration))
        continue;
      collect_attributes(*declaration, file);
      if (const auto* field = llvm::dyn_cast<clang::FieldDecl>(declaration)) {
        fact.members.push_back(translate_member(*field, record));
      } else if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(declaration)) {
        translate_method(*method, fact, file);
      } else {
        fact.others.push_back(other(*declaration));
      }
    }
    return fact;
  }

  facts::Member translate_member(const clang::FieldDecl& field,
                                 const clang::CXXRecordDecl& record) {
    facts::Member fact;
    fact.name = field.getNameAsString();
    fact.type = translate_type(translation_, field.getType());
    fact.place = translation_.places.place(field.getLocation());
    if (const clang::Expr* initialiser = field.getInClassInitializer()) {
      facts::Function nowhere;
      Scope scope;
      scope.own_class = &record;
      scope.function = &nowhere;
      fact.initialiser = translate_expression(translation_, scope, initialiser);
    }
    return fact;
  }

  void translate_method(const clang::CXXMethodDecl& method, facts::Class& fact, facts::File& file) {
    std::string what;
    if (llvm::isa<clang::CXXDestructorDecl>(method))
      what = "destructor";
    else if (llvm::isa<clang::CXXConversionDecl>(method))
      what = "conversion operator";
    else if (method.isOverloadedOperator())
      what = "operator";
    else if (method.isDeleted() || method.isDefaulted())
      what = "defaulted or deleted function";
    else if (method.isVirtual())
      what = "virtual method";
    else if (method.isStatic())
      what = "static method";
    else if (!method.hasBody() || !method.isThisDeclarationADefinition())
      what = "method without a body";
    if (!what.empty()) {
      fact.others.push_back(other(method, what));
      return;
    }
    auto& home = llvm::isa<clang::CXXConstructorDecl>(method) ? fact.constructors : fact.methods;
    home.push_back(translate_function(method, method.getParent(), file));
  }

  facts::Function translate_function(const clang::FunctionDecl& function,
                                     const clang::CXXRecordDecl* own_class, facts::File& file) {
    facts::Function fact;
    fact.name = function.getNameAsString();
    fact.qualified_name = qualified_name(function);
    fact.place = translation_.places.place(function.getLocation());
    fact.result = translate_type(translation_, function.getReturnType());
    Scope scope;
    scope.own_class = own_class;
    scope.function = &fact;
    for (const clang::ParmVarDecl* parameter : function.parameters()) {
      declare_variable(translation_, scope, *parameter, true);
      collect_attributes(*parameter, file);
    }
    if (const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(&function)) {
      fact.is_constructor = true;
      translate_initialisers(*constructor, scope, fact);
    }
    fact.body = translate_statement(translation_, scope, function.getBody());
    return fact;
  }

  void translate_initialisers(const clang::CXXConstructorDecl& constructor, Scope& scope,
                              facts::Function& fact) {
    for (const clang::CXXCtorInitializer* initialiser : constructor.inits()) {
      if (!initialiser->isWritten()) continue;
      facts::Initialiser written;
      written.place = translation_.places.place(initialiser->getSourceLocation());
      if (initialiser->isMemberInitializer())
        written.member = initialiser->getMember()->getNameAsString();
      written.value = translate_expression(translation_, scope, initialiser->getInit());
      fact.initialisers.push_back(std::move(written));
    }
  }

  const Translation& translation_;
  facts::Project& project_;
};

}  // namespace

void translate_declarations(const Translation& translation, facts::Project& project) {
  Translator(translation, project).translate_unit();
}

}  // namespace strata::frontend
