#include <algorithm>

#include "anticheat/rules/flow_tracer.h"

namespace strata {

using facts::Expression;

FlowValue FlowTracer::evaluate_call(const Expression& call) {
  const CallRole role = role_of(context_, call);
  switch (role.kind) {
    case CallKind::kAssignment:
      return assign(call);
    case CallKind::kChild:
      return evaluate_child(call, role);
    case CallKind::kShapeQuery:
      evaluate_list(call.operands);
      return {};
    case CallKind::kArithmetic:
      return evaluate_arithmetic(call, role);
    case CallKind::kPlumbing:
      return evaluate_plumbing(call, role);
    case CallKind::kOperator:
    case CallKind::kDanger:
      return evaluate_operator(call, role);
    case CallKind::kStandard:
      return evaluate_standard(call);
    default:
      return evaluate_list(call.operands);
  }
}

FlowValue FlowTracer::evaluate_child(const Expression& call, const CallRole& role) {
  children_.called(call.operands[0], known_);
  std::vector<FlowValue> inputs;
  for (std::size_t i = 1; i < call.operands.size(); ++i)
    inputs.push_back(evaluate(call.operands[i]));
  const int source = site(call, role);
  FlowValue value = list_of(inputs);
  value.elements.clear();
  value.cuts.clear();
  value.depend_on(source);
  value.degree = 1;
  value.magnitude = 1;
  change_by_child(call, inputs, value, source);
  // The same child gives the same for the same.
  std::string name = "child " + call.operands[0].text;
  if (loops_ > 0) name += " in round " + std::to_string(round_);
  for (const FlowValue& each : inputs) {
    if (!each.form) return value;
    name += each.form->text();
  }
  value.form = LinearForm::of_atom(atoms_.of(name));
  return value;
}

// What it writes, and whose memory its result is.
void FlowTracer::change_by_child(const Expression& call, const std::vector<FlowValue>& inputs,
                                 const FlowValue& value, int source) {
  const auto [known, is_new] = effects_.try_emplace(call.callee_file);
  if (is_new) known->second = effect_of(context_, call.callee_file);
  const ChildEffect& effect = known->second;
  const auto operand = [&](int input) { return call.operands.begin() + 1 + input; };
  if (effect.returned && operand(*effect.returned) < call.operands.end())
    variables_.set_result(call, variables_.root_of(*operand(*effect.returned)));
  if (effect.changes_buffer) {
    variables_.keep(value);
    note_write({&call, {WriteTarget::kMember}});
  }
  for (const int input : effect.written) {
    if (operand(input) >= call.operands.end()) continue;
    FlowValue written = value;
    const bool overwrites = effect.overwritten.contains(input);
    if (overwrites) {
      std::vector<FlowValue> others = inputs;
      others.erase(others.begin() + input);
      written = list_of(std::move(others));
      written.elements.clear();
      written.depend_on(source);
    }
    note_write({&call, variables_.write(*operand(input), written, overwrites), overwrites});
  }
}

FlowValue FlowTracer::evaluate_operator(const Expression& call, const CallRole& role) {
  const std::vector<FlowValue> inputs = evaluate_each(call.operands);
  FlowValue value = list_of(inputs);
  value.elements.clear();
  if (is_listed(context_.policy.factories, role.name)) value.sources.erase(kInputSource);
  value.depend_on(site(call, role));
  value.degree = 1;
  value.magnitude = 1;
  if (role.kind == CallKind::kOperator) value.form = form_of(namer(), role.name, call, inputs);
  if (writes(role) && !call.operands.empty()) {
    FlowValue written = value;
    if (overwrites(role)) {
      written = list_of({inputs.begin() + 1, inputs.end()});
      written.elements.clear();
      written.depend_on(site(call, role));
    }
    note_write(
        {&call, variables_.write(call.operands[0], written, overwrites(role)), overwrites(role)});
  }
  return value;
}

FlowValue FlowTracer::evaluate_plumbing(const Expression& call, const CallRole& role) {
  std::vector<FlowValue> inputs = evaluate_each(call.operands);
  if (inputs.empty()) return {};
  if (picks_nothing(known_, role.name, call)) flow_.vanishing.emplace(&call, "picks no elements");
  // Of some operands only the shape is read.
  if (role.name.ends_with("_as")) inputs.resize(1);
  FlowValue value = follow_plumbing(namer(), role.name, call, inputs);
  value.depend_on(site(call, role));
  return value;
}

void FlowTracer::note_write(const Flow::Write& write) {
  for (const Flow::Write& known : flow_.writes) {
    if (known.call == write.call && same_memory(known.root, write.root)) return;
  }
  flow_.writes.push_back(write);
}

int FlowTracer::site(const Expression& call, const CallRole& role) {
  for (std::size_t i = 0; i < flow_.sites.size(); ++i) {
    if (flow_.sites[i].call == &call) return static_cast<int>(i);
  }
  flow_.sites.push_back({&call, role, false, trips_});
  return static_cast<int>(flow_.sites.size()) - 1;
}

}  // namespace strata
