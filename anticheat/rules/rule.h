#pragma once

#include <functional>
#include <string>
#include <vector>

#include "anticheat/facts/facts.h"
#include "anticheat/policy/policy.h"

namespace strata {

// What a rule looks at: one file of a project.
struct RuleContext {
  const facts::Project& project;
  const facts::File& file;
  const Policy& policy;
  std::vector<Finding>& findings;
};

struct Rule {
  const char* id;  // a key of rule_table()
  void (*check)(const RuleContext& context);
};

// Every rule, in the order of their ids. A rule decides by itself for which profiles it has
// something to say.
std::vector<Rule> all_rules();

// All findings of all files, in order of file and line.
std::vector<Finding> check_rules(const facts::Project& project, const Policy& policy);
// Those of one file of the project.
std::vector<Finding> check_file(const facts::Project& project, const facts::File& file,
                                const Policy& policy);

// Adds a finding; the advice comes from the rule's table.
void report(const RuleContext& context, const char* rule, const Place& place,
            const std::string& text, const std::string& message, const std::string& callee = {});

bool is_kernel(Profile profile);  // catalogue_l0, flat
bool is_component(
    Profile profile);  // parent, catalogue_l0, flat: files in the format of components

// The class of a component file, or null: `Model` in its namespace.
const facts::Class* model_of(const facts::File& file);
// True for a file that only names another's Model as its own: a step's refactored.h.
bool is_alias(const RuleContext& context);
const facts::Function* forward_of(const facts::Class& model);

using ExpressionVisitor = std::function<void(const facts::Expression&)>;
using StatementVisitor = std::function<void(const facts::Statement&)>;
void visit(const facts::Expression& expression,
           const ExpressionVisitor& visitor);  // operands after their user
void visit(const facts::Statement& statement, const StatementVisitor& visitor);
void visit_expressions(const facts::Statement& statement, const ExpressionVisitor& visitor);
// Every expression of every function: bodies and initialisers.
void visit_functions(
    const facts::File& file,
    const std::function<void(const facts::Class*, const facts::Function&)>& visitor);

// What a call in a judged file is.
enum class CallKind {
  kChild,  // forward of a child
  kPlumbing,
  kArithmetic,
  kOperator,  // any other ATen operator
  kShapeQuery,
  kStandard,    // std functions, register_module and the like, as listed for the place
  kNumber,      // built-in operators
  kAssignment,  // of a tensor, a list or a pointer
  kDanger,      // has a rule of its own
  kUnknown,
};
struct CallRole {
  CallKind kind = CallKind::kUnknown;
  std::string name;  // operators: base name; dangers: the rule
};
CallRole role_of(const RuleContext& context, const facts::Expression& call);

// True for a = b, ++a, a += b and the like, of numbers and of objects.
bool assigns(const facts::Expression& expression);
// True where the policy lists a call of this name under a danger's rule, such as "random".
bool is_danger(const Policy& policy, std::string_view rule, std::string_view callee);
// True when the request's ledger gives this operator to the file.
bool is_in_ledger(const RuleContext& context, const std::string& operator_name);

bool is_tensor_like(const facts::Type& type);  // tensor, list or tuple of tensors
// A number known before the program runs, through conversions to Scalar too.
std::optional<double> known_number(const facts::Expression& expression);

}  // namespace strata
