#include <algorithm>
#include <cmath>

#include "anticheat/rules/flow_arithmetic.h"
#include "anticheat/rules/flow_tracer.h"

namespace strata {

using facts::Expression;

namespace {

// Whether this is the addition by which more parts of some tensor are added up than the bound.
bool passes_bound(const std::vector<ArithmeticOperand>& operands, const FlowValue& sum, int bound) {
  return std::ranges::any_of(sum.cuts, [&](const auto& cut) {
    return cut.second > bound && std::ranges::all_of(operands, [&](const ArithmeticOperand& each) {
             const auto before = each.value.cuts.find(cut.first);
             return before == each.value.cuts.end() || before->second <= bound;
           });
  });
}

}  // namespace

FlowValue FlowTracer::evaluate_arithmetic(const Expression& call, const CallRole& role) {
  std::vector<ArithmeticOperand> operands(2);
  std::optional<double> scale;
  for (std::size_t i = 0; i < call.operands.size(); ++i) {
    const Expression& operand = call.operands[i];
    if (i >= 2) {
      evaluate(operand);
      scale = number_of(known_, operand);
      continue;
    }
    operands[i].value = evaluate(operand);
    operands[i].is_tensor = is_tensor_like(operand.type);
    if (!operands[i].is_tensor) {
      operands[i].number = number_of(known_, operand);
      if (operands[i].number) {
        operands[i].value.form = LinearForm::of_number(*operands[i].number);
        operands[i].value.magnitude = std::abs(*operands[i].number);
      }
    }
  }
  const Policy& policy = context_.policy;
  const bool kernel = is_kernel(context_.file.profile);
  const ArithmeticLimits limits{kernel ? policy.smallest_factor_in_kernel : policy.smallest_factor,
                                policy.largest_offset, kernel && context_.file.operators,
                                context_.file.vanishing > 0};
  ArithmeticResult result =
      follow_arithmetic(role.name, operands[0], operands[1], scale, limits, atoms_);
  if (result.vanishing.empty() && is_tiny_at_any_size(call, role.name, limits.smallest_factor))
    result.vanishing = kNothingLeft;
  if (!result.vanishing.empty()) flow_.vanishing.emplace(&call, result.vanishing);
  FlowValue& value = result.value;
  if (value.degree > flow_.highest_degree) {
    flow_.highest_degree = value.degree;
    flow_.highest = &call;
  }
  if (passes_bound(operands, value, policy.bounds.most_cuts)) flow_.unrolled.insert(&call);
  if (value.most_cuts() > flow_.most_cuts) {
    flow_.most_cuts = value.most_cuts();
    flow_.most_cuts_at = &call;
  }
  value.depend_on(site(call, role));
  return std::move(value);
}

// A factor that is next to nothing even where every size in it is one: x / (x.size(0) * 1e30).
bool FlowTracer::is_tiny_at_any_size(const Expression& call, const std::string& name,
                                     double smallest) const {
  if (call.operands.size() < 2 || (name != "mul" && name != "div")) return false;
  KnownNumbers least = known_;
  least.each_size = 1;
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    if (is_tensor_like(call.operands[i].type) || number_of(known_, call.operands[i])) continue;
    const double number = number_of(least, call.operands[i]).value_or(1);
    const bool divides = name == "div" && i == 1;
    if (number != 0 && (divides ? 1 / std::abs(number) : std::abs(number)) < smallest) return true;
  }
  return false;
}

}  // namespace strata
