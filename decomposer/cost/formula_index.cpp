#include "decomposer/cost/formula_index.h"

#include <string_view>

namespace strata {
namespace {

constexpr std::string_view kAnyArguments = "(...)";

// The operators of `name|name(...)`; none for other patterns.
std::vector<std::string> listed_operators(std::string_view pattern) {
  if (!pattern.ends_with(kAnyArguments)) return {};
  pattern.remove_suffix(kAnyArguments.size());
  if (pattern.find_first_of("(%@$\", ") != std::string_view::npos) return {};
  std::vector<std::string> names(1);
  for (const char c : pattern) {
    if (c == '|') {
      names.emplace_back();
    } else {
      names.back() += c;
    }
  }
  return names;
}

}  // namespace

FormulaIndex::FormulaIndex(const std::vector<Kernel>& catalogue) {
  for (const Kernel& kernel : catalogue) {
    if (kernel.flops == nullptr) continue;
    for (const std::string& pattern : kernel.patterns) {
      for (const std::string& name : listed_operators(pattern))
        formulas_.try_emplace(name, kernel.flops, kernel.first_operand_read);
    }
  }
}

const OperatorFormulas* FormulaIndex::find(const std::string& operator_name) const {
  auto found = formulas_.find(operator_name);
  if (found == formulas_.end() && operator_name.ends_with('_'))
    found = formulas_.find(operator_name.substr(0, operator_name.size() - 1));
  return found == formulas_.end() ? nullptr : &found->second;
}

}  // namespace strata
