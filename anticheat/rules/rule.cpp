#include "anticheat/rules/rule.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "anticheat/policy/rule_table.h"

namespace strata {

using facts::Expression;
using facts::ExpressionKind;
using facts::Statement;
using facts::TypeKind;

namespace {

constexpr char kForRawCode[] =
    "; a kernel that is raw code of your own: name it with --user-kernel";

bool glob(std::string_view pattern, std::string_view name) {
  const bool open_start = pattern.starts_with('*');
  const bool open_end = pattern.ends_with('*');
  if (open_start) pattern.remove_prefix(1);
  if (open_end && !pattern.empty()) pattern.remove_suffix(1);
  const std::size_t inner = pattern.find('*');
  if (inner != std::string_view::npos) {
    return name.starts_with(pattern.substr(0, inner)) && name.ends_with(pattern.substr(inner + 1));
  }
  if (open_start && open_end) return name.find(pattern) != std::string_view::npos;
  if (open_start) return name.ends_with(pattern);
  if (open_end) return name.starts_with(pattern);
  return name == pattern;
}

// ATen's operators are the functions of at:: and the methods of at::Tensor.
bool is_operator_home(std::string_view callee) {
  for (const std::string_view home : {"at::Tensor::", "at::TensorBase::", "at::"}) {
    if (callee.starts_with(home))
      return callee.substr(home.size()).find("::") == std::string_view::npos;
  }
  return false;
}

}  // namespace

std::vector<Finding> check_file(const facts::Project& project, const facts::File& file,
                                const Policy& policy) {
  std::vector<Finding> findings;
  if (!file.seen) return findings;
  const RuleContext context{project, file, policy, findings};
  for (const Rule& rule : all_rules()) {
    if (!policy.disabled_rules.contains(rule.id)) rule.check(context);
  }
  return findings;
}

std::vector<Finding> check_rules(const facts::Project& project, const Policy& policy) {
  std::vector<Finding> findings;
  for (const facts::File& file : project.files) {
    std::vector<Finding> found = check_file(project, file, policy);
    std::move(found.begin(), found.end(), std::back_inserter(findings));
  }
  const auto key = [](const Finding& finding) {
    return std::tie(finding.place.file, finding.place.line, finding.place.column, finding.rule,
                    finding.text);
  };
  std::sort(findings.begin(), findings.end(),
            [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  const auto last =
      std::unique(findings.begin(), findings.end(),
                  [&](const Finding& a, const Finding& b) { return key(a) == key(b); });
  findings.erase(last, findings.end());
  return findings;
}

void report(const RuleContext& context, const char* rule, const Place& place,
            const std::string& text, const std::string& message, const std::string& callee) {
  Finding finding;
  finding.rule = rule;
  finding.place = place;
  if (finding.place.file.empty()) finding.place.file = context.file.path;
  finding.text = text;
  finding.callee = callee;
  finding.message = message;
  if (const RuleInfo* info = find_rule(rule)) finding.advice = info->advice;
  if (context.file.profile == Profile::kCatalogueL0) finding.advice += kForRawCode;
  context.findings.push_back(std::move(finding));
}

bool is_kernel(Profile profile) {
  return profile == Profile::kCatalogueL0 || profile == Profile::kFlat;
}
bool is_component(Profile profile) { return profile == Profile::kParent || is_kernel(profile); }

const facts::Class* model_of(const facts::File& file) {
  for (const facts::Namespace& space : file.namespaces) {
    for (const facts::Class& candidate : space.classes) {
      if (candidate.name == "Model") return &candidate;
    }
  }
  return nullptr;
}

bool is_alias(const RuleContext& context) {
  const facts::File& file = context.file;
  if (!file.others.empty() || file.namespaces.size() != 1) return false;
  const facts::Namespace& space = file.namespaces[0];
  return space.classes.empty() && space.functions.empty() && space.others.size() == 1 &&
         space.others[0].name == "Model" && space.others[0].target_file != file.path &&
         facts::file_of(context.project, space.others[0].target_file) != nullptr;
}

const facts::Function* forward_of(const facts::Class& model) {
  for (const facts::Function& method : model.methods) {
    if (method.name == "forward") return &method;
  }
  return nullptr;
}

void visit(const Expression& expression, const ExpressionVisitor& visitor) {
  visitor(expression);
  for (const Expression& operand : expression.operands) visit(operand, visitor);
}

void visit(const Statement& statement, const StatementVisitor& visitor) {
  visitor(statement);
  for (const Statement& body : statement.bodies) visit(body, visitor);
}

void visit_expressions(const Statement& statement, const ExpressionVisitor& visitor) {
  visit(statement, [&](const Statement& part) {
    for (const Expression& operand : part.operands) visit(operand, visitor);
  });
}

void visit_functions(
    const facts::File& file,
    const std::function<void(const facts::Class*, const facts::Function&)>& visitor) {
  for (const facts::Namespace& space : file.namespaces) {
    for (const facts::Class& owner : space.classes) {
      for (const facts::Function& function : owner.constructors) visitor(&owner, function);
      for (const facts::Function& function : owner.methods) visitor(&owner, function);
    }
    for (const facts::Function& function : space.functions) visitor(nullptr, function);
  }
}

CallRole role_of(const RuleContext& context, const Expression& call) {
  const Policy& policy = context.policy;
  const std::string& callee = call.callee;
  if (callee.ends_with("::Model::forward") && call.callee_file != context.file.path &&
      facts::file_of(context.project, call.callee_file) != nullptr) {
    return {CallKind::kChild,
            callee.substr(0, callee.size() - std::string_view("::forward").size())};
  }
  if (callee.starts_with("builtin ")) {
    return {is_listed(policy.builtin_operators, callee) ? CallKind::kNumber : CallKind::kUnknown,
            callee};
  }
  const std::string name = operator_name(policy, callee, call.operands.size());
  if (find_operator(policy.plumbing, name) != nullptr) return {CallKind::kPlumbing, name};
  if (find_operator(policy.arithmetic, name) != nullptr) return {CallKind::kArithmetic, name};
  if (is_listed(policy.shape_queries, callee)) return {CallKind::kShapeQuery, callee};
  if (callee.ends_with("::operator=") &&
      (callee.starts_with("at::") || callee.starts_with("std::shared_ptr::") ||
       callee.starts_with("std::tuple::") || callee.starts_with("std::vector::"))) {
    return {CallKind::kAssignment, callee};
  }
  if (is_listed(policy.standard_forward, callee) || is_listed(policy.standard_construct, callee)) {
    return {CallKind::kStandard, callee};
  }
  for (const DangerEntry& danger : policy.dangers) {
    if (glob(danger.name, callee)) return {CallKind::kDanger, danger.rule};
  }
  if (call.is_operator && is_operator_home(callee)) return {CallKind::kOperator, name};
  return {CallKind::kUnknown, callee};
}

bool assigns(const facts::Expression& expression) {
  static const std::string builtin = "builtin ";
  if (expression.callee.ends_with("::operator=")) return true;
  if (!expression.callee.starts_with(builtin)) return false;
  const std::string sign = expression.callee.substr(builtin.size());
  return sign == "=" || sign == "++" || sign == "--" ||
         (sign.size() >= 2 && sign.back() == '=' && sign != "==" && sign != "!=" && sign != "<=" &&
          sign != ">=");
}

bool is_danger(const Policy& policy, std::string_view rule, std::string_view callee) {
  return std::ranges::any_of(policy.dangers, [&](const DangerEntry& danger) {
    return danger.rule == rule && glob(danger.name, callee);
  });
}

bool is_in_ledger(const RuleContext& context, const std::string& operator_name) {
  if (!context.file.operators) return false;
  for (const auto& [name, count] : *context.file.operators) {
    if (ledger_name(context.policy, name) == operator_name) return count > 0;
  }
  return false;
}

bool is_tensor_like(const facts::Type& type) {
  return type.kind == TypeKind::kTensor || type.kind == TypeKind::kTensorList ||
         type.kind == TypeKind::kTensorTuple;
}

std::optional<double> known_number(const Expression& expression) {
  if (expression.value) return expression.value;
  if (expression.kind == ExpressionKind::kConstruct && expression.operands.size() == 1) {
    return known_number(expression.operands[0]);
  }
  return std::nullopt;
}

}  // namespace strata
