#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anticheat/finding.h"
#include "anticheat/request.h"

// What a front end sees in the judged files, after macros and templates, in a form that knows no
// language's syntax tree. Rules read facts and give findings. A construct that a front end can't
// express is `kOther`, which no rule allows.
namespace strata::facts {

enum class TypeKind {
  kNothing,      // void
  kTensor,       // at::Tensor, by value or const reference
  kTensorList,   // std::vector<at::Tensor>, list of tensors
  kTensorTuple,  // std::tuple of tensors
  kChild,        // std::shared_ptr<C::Model>, or C::Model itself
  kChildList,    // std::vector<std::shared_ptr<C::Model>>
  kBoolean,
  kInteger,
  kReal,
  kString,
  kSizes,  // lists of integers
  kDtype,  // at::ScalarType
  kValue,  // a small value class that calls take: at::Scalar, at::TensorOptions, ...
  kOther,
};

struct Type {
  TypeKind kind = TypeKind::kOther;
  std::string name;                 // canonical spelling
  std::string class_name;           // kChild, kChildList: the class's qualified name
  std::string class_file;           // the file that defines it
  bool writable_reference = false;  // T&, T*, T&&: something behind it could be changed
};

enum class ExpressionKind {
  kLiteral,      // number, boolean, string, null pointer
  kConstant,     // a named constant: name
  kVariable,     // a parameter or local: variable
  kMember,       // of the judged class itself: name
  kField,        // of anything else: operands[0], name
  kCall,         // callee(operands...); for methods the object is operands[0]
  kConstruct,    // callee is the class; implicit conversions too
  kList,         // {operands...}
  kConditional,  // operands: condition, then, else
  kOther,        // name: what it is
};

struct Expression {
  ExpressionKind kind = ExpressionKind::kOther;
  Place place;
  std::string text;
  Type type;
  std::string name;
  std::string
      callee;  // qualified and canonical: "at::Tensor::view", "std::make_shared", "builtin +"
  std::string callee_file;              // where the callee is declared
  std::vector<Type> callee_parameters;  // of the overload that was chosen, the object left out
  std::string callee_class;             // make_shared<T>: T
  std::string callee_class_file;
  bool is_method = false;
  bool is_static = false;
  bool is_operator =
      false;  // an operator of the tensor library, not just a function of its namespace
  bool is_implicit = false;
  int variable = -1;            // index into Function::variables
  std::optional<double> value;  // when it is a number that is known before the program runs
  std::vector<Expression> operands;
};

enum class StatementKind {
  kDeclare,  // variables made from operands[0], if any
  kExpression,
  kIf,       // operands[0]: condition; bodies: then, else
  kCount,    // variables[0] from operands[0] below operands[1] in steps of one; bodies[0]
  kForEach,  // variables[0] over operands[0]; bodies[0]
  kReturn,   // operands[0], if any
  kBlock,    // bodies
  kOther,    // name: what it is
};

struct Statement {
  StatementKind kind = StatementKind::kOther;
  Place place;
  std::string text;
  std::string name;
  std::vector<int> variables;
  std::vector<Expression> operands;
  std::vector<Statement> bodies;
};

struct Variable {
  std::string name;
  Type type;
  Place place;
  bool is_parameter = false;
  bool is_reference = false;  // another name for something
  bool has_default = false;
};

struct Initialiser {  // of a member, in a constructor's list
  std::string member;
  Place place;
  Expression value;
};

struct Function {
  std::string name;
  std::string qualified_name;
  Place place;
  bool is_constructor = false;
  Type result;
  std::vector<Variable> variables;  // parameters first
  std::vector<Initialiser> initialisers;
  Statement body;
};

struct Member {
  std::string name;
  Type type;
  Place place;
  std::optional<Expression> initialiser;
};

// A declaration that has no form of its own here.
struct OtherDeclaration {
  std::string what;  // "variable", "type alias", "template", ...
  std::string name;
  std::string target_file;  // using-declarations of a class: where that class is defined
  std::string text;
  Place place;
};

struct Class {
  std::string name;
  std::string qualified_name;
  Place place;
  std::vector<std::string> bases;  // "public torch::nn::Module"
  std::vector<Member> members;
  std::vector<Function> constructors;
  std::vector<Function> methods;
  std::vector<OtherDeclaration> others;
};

struct Namespace {
  std::string name;
  Place place;
  bool is_inline = false;
  bool is_anonymous = false;
  bool is_reopened = false;  // it was declared before this file, or twice in it
  std::vector<Class> classes;
  std::vector<Function> functions;
  std::vector<OtherDeclaration> others;
};

struct Directive {  // a line that starts with '#', in active and inactive parts alike
  std::string name;
  std::string argument;
  Place place;
};

struct Include {
  std::string spelling;  // "../level_0_kernel/linear.h"
  std::string resolved;  // the file that was found
  bool is_angled = false;
  bool is_system = false;  // found among LibTorch's or the compiler's own headers
  Place place;
};

struct Word {  // an identifier, keyword or character sequence that the lexical rules look at
  std::string text;
  Place place;
};

struct Attribute {
  std::string text;
  Place place;
};

struct File {
  std::string path;
  Profile profile = Profile::kParent;
  std::optional<int> level;
  std::optional<OperatorCounts> operators;
  std::optional<OperatorCounts> arithmetic;
  int vanishing = 0;
  bool seen = false;  // it was parsed
  std::vector<Directive> directives;
  std::vector<Include> includes;
  std::vector<Word> macro_uses;
  std::vector<Word> keywords;
  std::vector<Word> names;       // every identifier token
  std::vector<Word> characters;  // outside plain ASCII
  std::vector<Attribute> attributes;
  std::vector<Namespace> namespaces;
  std::vector<OtherDeclaration> others;  // outside namespaces
};

// Everything that one request judges.
struct Project {
  std::vector<File> files;
};

// The file of a project with this path, or null.
const File* file_of(const Project& project, const std::string& path);

}  // namespace strata::facts
