#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "anticheat/request.h"

// What is allowed, and why. What is not listed is refused.
namespace strata {

// Raised whenever an entry changes: replies of another policy are not reused.
inline constexpr int kPolicyVersion = 6;

// An ATen operator that may be called, as a function or as a method. `operands` says what it takes,
// in order:
//   T  a tensor: an input, a child's output, or what plumbing and arithmetic made of them
//   L  a list of such tensors
//   X  a tensor or a number; at least one of the X must be a tensor
//   #  everything else it takes: numbers, sizes, names; never a tensor or a dtype, for a view as
//      another dtype computes with the bits
//   D  the same, and dtypes
// The last # or D stands for all that follow.
struct OperatorEntry {
  std::string name;
  std::string operands;
  std::string reason;
};

// Anything else that may be named: a function, class, constant, header or keyword.
struct NameEntry {
  std::string name;  // a trailing '*' stands for any ending, but not in "builtin *", the product
  std::string reason;
};

// Names that get a rule and an advice of their own. They would be refused without an entry too, as
// `call`.
struct DangerEntry {
  std::string name;  // of the callee or class; a leading or trailing '*' stands for anything
  std::string rule;
};

struct ArithmeticBounds {    // where no ledger says what the original has
  int most_operations = 48;  // per call of forward
  int highest_degree = 3;    // how many activations may be multiplied together between two children
  int most_cuts = 4;         // how many slices of one tensor may be added up between two children
};

struct Policy {
  std::vector<OperatorEntry> plumbing;
  std::vector<OperatorEntry> arithmetic;
  std::vector<NameEntry> shape_queries;       // answer with a number or dtype, from the shape alone
  std::vector<NameEntry> standard_forward;    // std functions in forward
  std::vector<NameEntry> standard_construct;  // functions in constructors
  std::vector<NameEntry> value_classes;       // may be made, also by implicit conversion
  std::vector<NameEntry> kernel_value_classes;  // likewise, in kernels alone
  std::vector<NameEntry> constants;
  std::vector<NameEntry> builtin_operators;    // on numbers
  std::vector<NameEntry> input_factories;      // in get_inputs
  std::vector<NameEntry> parameter_factories;  // in a kernel's constructor
  std::vector<NameEntry> headers;
  std::vector<NameEntry> macros;
  std::vector<NameEntry> reserved_names;  // of names with two underscores in a row
  std::vector<NameEntry> keywords;
  std::map<std::string, std::string>
      keyword_rules;  // keyword that is not allowed: the rule that says so
  std::vector<DangerEntry> dangers;
  std::vector<NameEntry>
      elementwise;  // operators of which a kernel without a ledger may have several
  std::vector<NameEntry> activations;  // of those, the ones that are a kernel by themselves
  // Operators that sum up over dimensions, and which operand says that these are kept.
  std::map<std::string, int> reductions;
  std::vector<NameEntry>
      view_operators;                // answer with their first operand's memory, besides plumbing
  std::vector<NameEntry> factories;  // make a tensor from no tensor
  std::map<std::string, std::string> operator_aliases;  // C++ spelling or overload: base name
  ArithmeticBounds bounds;
  // An operand with less than this has vanished: the tolerance of fp32 would not see it.
  double smallest_factor = 1e-5;
  double smallest_factor_in_kernel = 1e-9;  // coefficients of polynomials are small
  double largest_offset = 1e6;              // a number that drowns what it is added to
  std::set<std::string> disabled_rules;     // only tests of the rules themselves put something here
};

Policy default_policy();

bool matches(const NameEntry& entry, std::string_view name);
bool is_listed(const std::vector<NameEntry>& entries, std::string_view name);
const OperatorEntry* find_operator(const std::vector<OperatorEntry>& entries,
                                   std::string_view name);

// The parts of default_policy(), one file each.
std::vector<OperatorEntry> plumbing_policy();
std::vector<OperatorEntry> arithmetic_policy();
void add_standard_policy(Policy& policy);
void add_source_policy(Policy& policy);
void add_kernel_policy(Policy& policy);
void add_danger_policy(Policy& policy);

// A ledger's name for an operator, "mul", "aten::mul" or "aten::mul.Tensor", as operator_name gives
// it.
std::string ledger_name(const Policy& policy, std::string_view name);

// The base name of an ATen operator, however it is spelt: "at::Tensor::view" and "at::view" give
// "view", "at::operator+" gives "add"; "" for anything else. `operand_count` tells negation from
// subtraction.
std::string operator_name(const Policy& policy, std::string_view callee, std::size_t operand_count);

}  // namespace strata
