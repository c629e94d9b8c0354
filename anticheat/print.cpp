#include "anticheat/print.h"

#include <fstream>

#include "anticheat/policy/policy.h"
#include "anticheat/policy/rule_table.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

std::string spot(const Place& place) {
  std::string text = place.file;
  if (place.line > 0) text += ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
  return text;
}

// The line of source and a caret, of a long line what stands around the place; "" when the line
// can't be read.
std::string source_line(const Place& place) {
  constexpr std::size_t kWidest = 160;
  if (place.line <= 0) return "";
  std::ifstream file(place.file);
  std::string line;
  for (int i = 0; i < place.line; ++i) {
    if (!std::getline(file, line)) return "";
  }
  std::size_t column = place.column > 0 ? static_cast<std::size_t>(place.column) - 1 : 0;
  if (line.size() > kWidest) {
    const std::size_t start = column > kWidest / 2 ? column - kWidest / 2 : 0;
    line = start < line.size() ? line.substr(start, kWidest) : "";
    column -= start;
  }
  std::string caret;
  for (std::size_t i = 0; i < column; ++i) caret += i < line.size() && line[i] == '\t' ? '\t' : ' ';
  return "  " + line + "\n  " + caret + "^\n";
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// What the policy refuses by name through this rule; "" where there is nothing.
std::string names_of(const RuleInfo& rule, const Policy& policy) {
  std::string names;
  const auto add = [&](const std::string& name) {
    names += (names.empty() ? "`" : ", `") + name + "`";
  };
  for (const auto& [keyword, owner] : policy.keyword_rules) {
    if (owner == rule.id) add(keyword);
  }
  for (const DangerEntry& danger : policy.dangers) {
    if (danger.rule == rule.id) add(danger.name);
  }
  return names.empty() ? "" : "\nBy name: " + names + ".\n";
}

std::string page(const RuleInfo& rule) {
  return "# " + rule.id + "\n\nRefuses " + rule.summary + ".\n\n" + rule.reason +
         "\n\nInstead: " + rule.advice + ".\n\nRefused:\n\n```cpp\n" + rule.bad +
         "\n```\n\nFine:\n\n```cpp\n" + rule.good + "\n```\n" + names_of(rule, default_policy());
}

std::string list(const std::string& title, const std::vector<NameEntry>& entries) {
  std::string text = "\n### " + title + "\n\n| name | why |\n| --- | --- |\n";
  for (const NameEntry& entry : entries)
    text += "| `" + entry.name + "` | " + entry.reason + " |\n";
  return text;
}

std::string list(const std::string& title, const std::vector<OperatorEntry>& entries) {
  std::string text = "\n### " + title + "\n\n| operator | operands | why |\n| --- | --- | --- |\n";
  for (const OperatorEntry& entry : entries) {
    text += "| `" + entry.name + "` | `" + entry.operands + "` | " + entry.reason + " |\n";
  }
  return text;
}

}  // namespace

std::string print_reply(const ScanReply& reply) {
  std::string text;
  for (const ScanError& error : reply.errors) {
    text +=
        spot(error.place) + ": could not check: " + error.message + "\n" + source_line(error.place);
  }
  for (const Finding& finding : reply.findings) {
    text += spot(finding.place) + ": refused: " + finding.message + " [" + finding.rule + "]\n" +
            source_line(finding.place);
    if (!finding.callee.empty()) text += "  resolves to " + finding.callee + "\n";
    if (!finding.advice.empty()) text += "  instead: " + finding.advice + "\n";
  }
  for (const std::string& open : open_children(reply))
    text += open + ": open: not decomposed yet\n";
  if (!reply.errors.empty())
    return text + counted(reply.errors.size(), "error") + ": could not check\n";
  return text + (reply.findings.empty() ? "nothing refused\n"
                                        : counted(reply.findings.size(), "finding") + "\n");
}

std::string explain_rule(const std::string& id) {
  if (id == "all") return rules_document();
  if (const RuleInfo* rule = find_rule(id)) return page(*rule);
  std::string known;
  for (const RuleInfo& rule : rule_table()) {
    if (!id.empty() && (rule.id.find(id) != std::string::npos || rule.id[0] == id[0]))
      known += (known.empty() ? "" : ", ") + rule.id;
  }
  throw Error("scan.rule",
              "'" + id + "': a rule's id is expected; got another; " +
                  (known.empty() ? "all ids are in docs/rules.md" : "did you mean " + known + "?"));
}

std::string rules_document() {
  const Policy policy = default_policy();
  std::string text =
      "# The anti-cheat rules\n\nWhat is not listed here is refused. `strata scan FILE` judges a "
      "component and the children that it finds through its includes. This page and those of the "
      "rules are made from the scanner's own tables; `strata scan --explain RULE` prints a rule's "
      "page.\n\n"
      "| rule | refuses |\n| --- | --- |\n";
  for (const RuleInfo& rule : rule_table())
    text += "| [" + rule.id + "](rules/" + rule.id + ".md) | " + rule.summary + " |\n";
  text +=
      "\n## The lists\n\nOperands: `T` a tensor, `L` a list of tensors, `X` a tensor or a number, "
      "`#` "
      "anything but a tensor or a dtype, `D` anything but a tensor. "
      "A `*` at the end of a name stands for any ending.\n";
  text += list("Plumbing", policy.plumbing) + list("Arithmetic", policy.arithmetic) +
          list("Questions about shapes", policy.shape_queries) +
          list("In forward", policy.standard_forward) +
          list("In constructors", policy.standard_construct) +
          list("Classes whose objects may be made", policy.value_classes) +
          list("Classes whose objects may be made in kernels", policy.kernel_value_classes) +
          list("Constants", policy.constants) +
          list("Operators on numbers", policy.builtin_operators) +
          list("In get_inputs", policy.input_factories) +
          list("Parameters are made with", policy.parameter_factories) +
          list("Headers", policy.headers) + list("Macros", policy.macros) +
          list("Names with two underscores", policy.reserved_names) +
          list("Keywords", policy.keywords) +
          list("Elementwise operators, of which a kernel may have several", policy.elementwise) +
          list("Operators that make a kernel's constants", policy.factories);
  return text;
}

}  // namespace strata
