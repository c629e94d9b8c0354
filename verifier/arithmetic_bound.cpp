#include "verifier/arithmetic_bound.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "anticheat/policy/policy.h"
#include "decomposer/partition/argument_text.h"
#include "decomposer/tree/statement.h"

namespace strata {
namespace {

// "aten::add_.Tensor" -> "add".
std::string base_name(std::string name) {
  const std::size_t space = name.find("::");
  if (space != std::string::npos) name.erase(0, space + 2);
  name = name.substr(0, name.find('.'));
  if (name.starts_with("__i") || name.starts_with("__")) {
    const std::size_t start = name.starts_with("__i") && name != "__invert__" ? 3 : 2;
    name = name.substr(start, name.rfind("__") - start);
  }
  while (name.ends_with('_')) name.pop_back();
  return name;
}

std::string family(const std::string& operator_name) {
  static const std::map<std::string, std::string> kFamilies{
      {"add", "sums"},          {"sub", "sums"},        {"rsub", "sums"},
      {"subtract", "sums"},     {"mul", "products"},    {"div", "products"},
      {"multiply", "products"}, {"divide", "products"}, {"true_divide", "products"},
      {"neg", "signs"},         {"negative", "signs"},  {"pow", "powers"},
      {"square", "powers"}};
  const auto found = kFamilies.find(base_name(operator_name));
  return found == kFamilies.end() ? "" : found->second;
}

// Whether the cast is a computation in disguise: a comparison with zero, a truncation, a remainder,
// a real part. Rounding to fewer digits is none.
bool computes(ScalarType from, ScalarType to) {
  if (from == to || from == ScalarType::kBool) return false;
  if (to == ScalarType::kBool) return true;
  if (is_complex(from)) return !is_complex(to);
  if (is_floating(to) || is_complex(to)) return false;
  return is_floating(from) || element_size(to) <= element_size(from);
}

std::map<std::string, int> by_family(const OperatorCounts& operators) {
  std::map<std::string, int> counts;
  for (const auto& [name, count] : operators) {
    if (const std::string kind = family(name); !kind.empty()) counts[kind] += count;
  }
  return counts;
}

const ClassFacts* class_named(const std::vector<ClassFacts>& classes, const std::string& name) {
  const auto found = std::ranges::find(classes, name, &ClassFacts::name);
  return found == classes.end() ? nullptr : &*found;
}

const ClassFacts* class_in(const std::vector<ClassFacts>& classes, const std::string& file) {
  const auto found = std::ranges::find(classes, file, &ClassFacts::file);
  return found == classes.end() ? nullptr : &*found;
}

bool moves_data(const std::string& name) {
  static const std::vector<OperatorEntry> kPlumbing = plumbing_policy();
  return find_operator(kPlumbing, name) != nullptr;
}

// Calls of operators that are no plumbing, in a class and all that it calls.
int operators_below(const std::vector<ClassFacts>& classes, const ClassFacts& one) {
  int count = 0;
  for (const auto& [name, calls] : one.operators) count += moves_data(name) ? 0 : calls;
  for (const auto& [child, calls] : one.children) {
    const ClassFacts* facts = class_named(classes, child);
    if (facts != nullptr) count += calls * operators_below(classes, *facts);
  }
  return count;
}

void add_arithmetic(const std::vector<ClassFacts>& classes, const ClassFacts& one, int calls,
                    OperatorCounts& total) {
  if (one.profile != Profile::kParent) return;
  for (const auto& [name, count] : one.arithmetic) total[name] += calls * count;
  for (const auto& [child, count] : one.children) {
    const ClassFacts* facts = class_named(classes, child);
    if (facts != nullptr) add_arithmetic(classes, *facts, calls * count, total);
  }
}

std::string kind_of(const std::string& operator_name) {
  const std::string kind = family(operator_name);
  return kind.empty() ? base_name(operator_name) : kind;
}

// The kinds of operators that are no plumbing, in a class and all that it calls, but in `left_out`.
void add_kinds(const std::vector<ClassFacts>& classes, const ClassFacts& one,
               const ClassFacts& left_out, std::set<std::string>& kinds) {
  if (&one == &left_out) return;
  for (const OperatorCounts* counts : {&one.operators, &one.arithmetic})
    for (const auto& [name, calls] : *counts)
      if (!moves_data(name)) kinds.insert(kind_of(name));
  for (const auto& [child, calls] : one.children) {
    const ClassFacts* facts = class_named(classes, child);
    if (facts != nullptr) add_kinds(classes, *facts, left_out, kinds);
  }
}

// Operators that can leave a value as it is, x * 1 or max(x, x), and that the original has none of.
bool is_for_show(const std::set<std::string>& kinds, const OperatorCounts& original) {
  static const std::set<std::string> kMayDoNothing{
      "sums",      "products",   "signs", "powers",     "maximum",   "minimum",
      "fmax",      "fmin",       "clamp", "clamp_min",  "where",     "abs",
      "clamp_max", "nan_to_num", "round", "zeros_like", "ones_like", "full_like"};
  return std::ranges::all_of(kinds, [&](const std::string& kind) {
    return kMayDoNothing.contains(kind) && std::ranges::none_of(original, [&](const auto& entry) {
             return kind_of(entry.first) == kind;
           });
  });
}

}  // namespace

OperatorCounts arithmetic_in(const OperatorCounts& operators) {
  const std::map<std::string, int> counts = by_family(operators);
  const auto of = [&](const char* kind) {
    const auto found = counts.find(kind);
    return found == counts.end() ? 0 : found->second;
  };
  return {{"add", of("sums")},     {"sub", of("sums")},  {"mul", of("products")},
          {"div", of("products")}, {"neg", of("signs")}, {"pow", of("powers")}};
}

std::string arithmetic_result(const std::string& operator_name,
                              const std::vector<std::int64_t>& sizes, ScalarType dtype) {
  const std::string kind = family(operator_name);
  return kind.empty() ? "" : kind + " " + shape_text(sizes, dtype);
}

std::string cast_result(const std::string& operator_name, ScalarType from,
                        const std::vector<std::int64_t>& sizes, ScalarType to) {
  static const std::set<std::string> kCasts{"to", "_to_copy", "type_as", "copy"};
  return kCasts.contains(base_name(operator_name)) && computes(from, to)
             ? "casts " + shape_text(sizes, to)
             : "";
}

OperatorCounts ledger_arithmetic(const Component& component) {
  const auto local = [&](LocalId id) -> const Local& {
    return component.locals[static_cast<std::size_t>(id)];
  };
  OperatorCounts counts;
  for (const Statement& statement : component.body) {
    const auto* call = std::get_if<OperatorCall>(&statement);
    if (call == nullptr || call->role == CallRole::kKernel) continue;
    const std::vector<LocalId> read = read_by(*call);
    for (const LocalId output : call->outputs) {
      if (output == kNone) continue;
      const Local& result = local(output);
      const std::string name =
          call->role == CallRole::kArithmetic
              ? arithmetic_result(call->op->name, result.sizes, result.dtype)
          : read.empty()
              ? ""
              : cast_result(call->op->name, local(read.front()).dtype, result.sizes, result.dtype);
      if (!name.empty()) ++counts[name];
    }
  }
  return counts;
}

std::vector<std::string> beyond(const OperatorCounts& ran, const OperatorCounts& allowed) {
  std::vector<std::string> problems;
  for (const auto& [result, count] : ran) {
    const auto found = allowed.find(result);
    const int known = found == allowed.end() ? 0 : found->second;
    if (count > known)
      problems.push_back(fmt::format("{}: ran {}, the original has {}", result, count, known));
  }
  return problems;
}

std::vector<std::string> arithmetic_excess(const std::vector<ClassFacts>& classes,
                                           const std::string& root,
                                           const OperatorCounts& original) {
  std::vector<std::string> problems;
  const ClassFacts* facts = class_in(classes, root);
  if (facts == nullptr) return problems;
  OperatorCounts total;
  add_arithmetic(classes, *facts, 1, total);
  std::map<std::string, int> allowed = by_family(original);
  for (const auto& [kind, count] : by_family(total)) {
    if (count <= allowed[kind]) continue;
    problems.push_back(
        fmt::format("the parents compute {} {}, the original {}: what is more belongs into a child",
                    count, kind, allowed[kind]));
  }
  return problems;
}

std::string sole_flat_child(const std::vector<ClassFacts>& classes, const std::string& root,
                            const OperatorCounts& original) {
  const ClassFacts* facts = class_in(classes, root);
  if (facts == nullptr) return "";
  const int all = operators_below(classes, *facts);
  for (const auto& [child, calls] : facts->children) {
    const ClassFacts* one = class_named(classes, child);
    if (one == nullptr || one->profile != Profile::kFlat || all < 2) continue;
    if (calls * operators_below(classes, *one) == all) return one->file;
    std::set<std::string> others;
    add_kinds(classes, *facts, *one, others);
    if (!original.empty() && is_for_show(others, original)) return one->file;
  }
  return "";
}

std::string sole_raw_child(const std::vector<ClassFacts>& classes, const std::string& root,
                           const OperatorCounts& original) {
  const ClassFacts* facts = class_in(classes, root);
  if (facts == nullptr || facts->children.size() != 1) return "";
  const std::string& child = facts->children.begin()->first;
  if (class_named(classes, child) != nullptr) return "";
  int operators = 0;
  for (const auto& [name, calls] : original) operators += moves_data(base_name(name)) ? 0 : calls;
  return operators > 1 ? child : "";
}

}  // namespace strata
