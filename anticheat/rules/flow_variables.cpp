#include "anticheat/rules/flow_variables.h"

namespace strata {

void FlowVariables::set_input(int variable, FlowValue value) {
  values_[variable] = std::move(value);
  roots_.set(variable, {WriteTarget::kInput, variable});
}

FlowValue FlowVariables::value_of(int variable) const {
  const auto known = values_.find(variable);
  return known == values_.end() ? FlowValue{} : known->second;
}

void FlowVariables::assign(int variable, FlowValue value, const facts::Expression* from) {
  values_[variable] = std::move(value);
  if (from == nullptr) {
    roots_.set(variable, {WriteTarget::kLocal, variable});
  } else {
    roots_.assign(variable, *from);
  }
}

void FlowVariables::assign_parts(const std::vector<int>& variables, const FlowValue& value,
                                 const facts::Expression* from) {
  const bool parts = variables.size() > 1 && value.elements.size() == variables.size();
  for (std::size_t i = 0; i < variables.size(); ++i) {
    FlowValue part = parts ? value.elements[i] : value;
    if (variables.size() > 1 && !parts) part.form.reset();
    assign(variables[i], std::move(part), from);
  }
}

MemoryRoot FlowVariables::write(const facts::Expression& target, const FlowValue& written,
                                bool overwrites) {
  const MemoryRoot root = root_of(target);
  const bool all = overwrites && root.is_view && root.is_whole;
  if (root.target == WriteTarget::kMember && root.is_view) keep(written);
  if (root.target == WriteTarget::kInput && root.is_view) {
    FlowValue& known = written_inputs_[root.variable];
    if (all) known = {};
    merge(known, written);
  }
  for (const int variable : roots_.holders_of(root)) {
    FlowValue& value = values_[variable];
    const bool same = root.is_view && roots_.held_by(variable).is_view;
    const bool tensor = forward_.variables[static_cast<std::size_t>(variable)].type.kind ==
                        facts::TypeKind::kTensor;
    if (same && all && tensor) {
      value = written;
    } else if (same) {
      merge(value, written);
    }
    // The same as nothing before; of what may be a copy nothing is known any more.
    value.form.reset();
    if (same && tensor) value.form = LinearForm::of_atom(atoms_.unique());
    value.elements.clear();
  }
  return root;
}

FlowValue FlowVariables::kept() const {
  FlowValue all = kept_;
  for (const auto& [input, written] : written_inputs_) merge(all, written);
  return all;
}

void FlowVariables::join(const Values& other) {
  for (const auto& [variable, value] : other) {
    const auto [known, is_new] = values_.emplace(variable, value);
    if (!is_new) merge(known->second, value);
  }
}

}  // namespace strata
