#include "anticheat/frontend/translate.h"
#include "clang/AST/DeclTemplate.h"

namespace strata::frontend {
namespace {

using facts::TypeKind;

std::vector<clang::QualType> template_arguments(const clang::CXXRecordDecl& record) {
  std::vector<clang::QualType> types;
  const auto* specialization = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(&record);
  if (specialization == nullptr) return types;
  for (const clang::TemplateArgument& argument : specialization->getTemplateArgs().asArray()) {
    if (argument.getKind() == clang::TemplateArgument::Type) types.push_back(argument.getAsType());
    if (argument.getKind() != clang::TemplateArgument::Pack) continue;
    for (const clang::TemplateArgument& part : argument.pack_elements()) {
      if (part.getKind() == clang::TemplateArgument::Type) types.push_back(part.getAsType());
    }
  }
  return types;
}

void name_class(const Translation& translation, const clang::CXXRecordDecl& record,
                facts::Type& type) {
  type.kind = TypeKind::kChild;
  type.class_name = qualified_name(record);
  type.class_file = translation.places.file(record.getLocation());
}

TypeKind list_of(TypeKind element) {
  switch (element) {
    case TypeKind::kTensor:
      return TypeKind::kTensorList;
    case TypeKind::kInteger:
      return TypeKind::kSizes;
    case TypeKind::kChild:
      return TypeKind::kChildList;
    default:
      return TypeKind::kOther;
  }
}

void translate_record(const Translation& translation, const clang::CXXRecordDecl& record,
                      facts::Type& type) {
  const std::string name = qualified_name(record);
  const std::vector<clang::QualType> arguments = template_arguments(record);
  if (name == "at::Tensor") {
    type.kind = TypeKind::kTensor;
  } else if (name == "c10::SymInt") {
    type.kind = TypeKind::kInteger;
  } else if (name == "std::basic_string") {
    type.kind = TypeKind::kString;
  } else if (translation.judged.contains(translation.places.file(record.getLocation()))) {
    name_class(translation, record, type);
  } else if ((name == "std::shared_ptr" || name == "std::optional") && !arguments.empty()) {
    const facts::Type inner = translate_type(translation, arguments[0]);
    if (name == "std::optional" || inner.kind == TypeKind::kChild) {
      type.kind = inner.kind;
      type.class_name = inner.class_name;
      type.class_file = inner.class_file;
    }
  } else if ((name == "std::vector" || name == "c10::ArrayRef" || name == "std::initializer_list" ||
              name == "c10::OptionalArrayRef") &&
             !arguments.empty()) {
    const facts::Type inner = translate_type(translation, arguments[0]);
    type.kind = list_of(inner.kind);
    type.class_name = inner.class_name;
    type.class_file = inner.class_file;
  } else if (name == "c10::IListRef") {
    type.kind = TypeKind::kTensorList;
  } else if (name == "std::tuple" || name == "std::pair") {
    type.kind = TypeKind::kTensorTuple;
    for (const clang::QualType argument : arguments) {
      if (translate_type(translation, argument).kind != TypeKind::kTensor)
        type.kind = TypeKind::kOther;
    }
  } else if (name.starts_with("c10::") || name.starts_with("at::")) {
    type.kind = TypeKind::kValue;
  }
}

}  // namespace

std::string qualified_name(const clang::NamedDecl& declaration) {
  std::string name = declaration.getNameAsString();
  for (const clang::DeclContext* context = declaration.getDeclContext(); context != nullptr;
       context = context->getParent()) {
    if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(context)) {
      if (space->isInline()) continue;
      name =
          (space->isAnonymousNamespace() ? "(anonymous)" : space->getNameAsString()) + "::" + name;
    } else if (const auto* tag = llvm::dyn_cast<clang::TagDecl>(context)) {
      // Unscoped enumerators are written without the name of their enumeration.
      if (llvm::isa<clang::EnumConstantDecl>(declaration) &&
          !llvm::cast<clang::EnumDecl>(tag)->isScoped())
        continue;
      name = tag->getNameAsString() + "::" + name;
    } else if (llvm::isa<clang::FunctionDecl>(context)) {
      name = "(local)::" + name;
    }
  }
  return name;
}

facts::Type translate_type(const Translation& translation, clang::QualType written) {
  facts::Type type;
  if (written.isNull()) return type;
  clang::QualType bare = written.getCanonicalType();
  clang::PrintingPolicy policy(translation.context.getLangOpts());
  policy.SuppressTagKeyword = true;
  type.name = bare.getAsString(policy);
  if (const auto* reference = bare->getAs<clang::ReferenceType>()) {
    bare = reference->getPointeeType();
    type.writable_reference = !bare.isConstQualified();
  }
  bare = bare.getUnqualifiedType();
  if (bare->isVoidType()) {
    type.kind = TypeKind::kNothing;
  } else if (bare->isBooleanType()) {
    type.kind = TypeKind::kBoolean;
  } else if (const auto* enumeration = bare->getAs<clang::EnumType>()) {
    const std::string name = qualified_name(*enumeration->getDecl());
    type.kind = name == "c10::ScalarType"                               ? TypeKind::kDtype
                : name.starts_with("c10::") || name.starts_with("at::") ? TypeKind::kValue
                                                                        : TypeKind::kOther;
  } else if (bare->isIntegerType()) {
    type.kind = TypeKind::kInteger;
  } else if (bare->isRealFloatingType()) {
    type.kind = TypeKind::kReal;
  } else if (bare->isPointerType()) {
    const clang::QualType pointee = bare->getPointeeType();
    type.writable_reference = !pointee.isConstQualified();
    if (pointee->isCharType() && pointee.isConstQualified()) type.kind = TypeKind::kString;
  } else if (const auto* array = translation.context.getAsConstantArrayType(bare)) {
    const clang::QualType element = array->getElementType();
    if (element->isCharType()) type.kind = TypeKind::kString;
  } else if (const auto* record = bare->getAsCXXRecordDecl()) {
    translate_record(translation, *record, type);
  }
  return type;
}

}  // namespace strata::frontend
