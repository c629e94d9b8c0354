#include "anticheat/rules/flow_value.h"

#include <algorithm>
#include <cmath>

namespace strata {

int FlowValue::most_cuts() const {
  int most = 1;
  for (const auto& [tensor, count] : cuts) most = std::max(most, count);
  return most;
}

void merge(FlowValue& into, const FlowValue& from) {
  for (const auto& [source, factor] : from.sources) {
    double& ours = into.sources.emplace(source, factor).first->second;
    ours = std::max(ours, factor);
  }
  into.degree = std::max(into.degree, from.degree);
  into.magnitude = std::max(into.magnitude, from.magnitude);
  if (!into.form || !from.form || into.form->text() != from.form->text()) into.form.reset();
  for (const auto& [tensor, count] : from.cuts) {
    into.cuts[tensor] = std::max(into.cuts[tensor], count);
  }
  if (into.elements.size() != from.elements.size()) {
    into.elements.clear();
  } else {
    for (std::size_t i = 0; i < into.elements.size(); ++i)
      merge(into.elements[i], from.elements[i]);
  }
}

FlowValue scaled(FlowValue value, double factor) {
  for (auto& [source, share] : value.sources) share *= std::abs(factor);
  value.magnitude *= std::abs(factor);
  value.form.reset();
  return value;
}

FlowValue list_of(std::vector<FlowValue> elements) {
  FlowValue list;
  for (const FlowValue& element : elements) merge(list, element);
  list.form.reset();
  list.elements = std::move(elements);
  return list;
}

}  // namespace strata
