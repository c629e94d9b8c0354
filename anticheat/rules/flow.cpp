#include "anticheat/rules/flow.h"

#include <algorithm>

#include "anticheat/rules/flow_tracer.h"

namespace strata {
namespace {

// The input that all of these are views of.
std::optional<int> one_input(const std::vector<MemoryRoot>& roots) {
  const auto of_first = [&](const MemoryRoot& root) {
    return root.target == WriteTarget::kInput && root.is_view && same_memory(root, roots[0]);
  };
  const bool one = !roots.empty() && std::ranges::all_of(roots, of_first);
  return one ? std::optional(roots[0].variable) : std::nullopt;
}

}  // namespace

FlowTracer::FlowTracer(const RuleContext& context, const facts::Function& forward,
                       const KnownNumbers& known)
    : context_(context), forward_(forward), known_(known), variables_(context, forward, atoms_) {
  for (std::size_t i = 0; i < forward.variables.size(); ++i) {
    if (forward.variables[i].is_parameter)
      variables_.set_input(static_cast<int>(i), input("input " + std::to_string(i)));
  }
}

Flow FlowTracer::run() {
  execute(forward_.body);
  flow_.output_needs_input = returned_.sources.contains(kInputSource);
  const FlowValue kept = variables_.kept();
  for (const FlowValue* value : {&std::as_const(returned_), &kept}) {
    for (const auto& [source, factor] : value->sources) {
      if (source != kInputSource)
        flow_.sites[static_cast<std::size_t>(source)].reaches_output = true;
    }
  }
  flow_.children = std::move(children_);
  flow_.returned_input = one_input(returned_roots_);
  return std::move(flow_);
}

Flow trace(const RuleContext& context, const facts::Function& forward, const KnownNumbers& known) {
  return FlowTracer(context, forward, known).run();
}

Flow trace(const RuleContext& context, const facts::Class& model, const facts::Function& forward) {
  return trace(context, forward, construct(model).known);
}

}  // namespace strata
