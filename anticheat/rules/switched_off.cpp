#include <algorithm>

#include "anticheat/rules/flow.h"
#include "anticheat/rules/rules.h"

namespace strata {
namespace {

// What a component leaves out or wipes out when its constructor is given these numbers; "" where
// nothing is.
std::string problem_of(const RuleContext& context, const MadeChild& made) {
  const facts::File* file = facts::file_of(context.project, made.call->callee_class_file);
  const facts::Class* model = file == nullptr || file == &context.file ? nullptr : model_of(*file);
  const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
  if (forward == nullptr || !is_component(file->profile)) return "";
  const RuleContext child{context.project, *file, context.policy, context.findings};
  const std::string of_child = " in " + made.call->callee_class;
  const Construction construction = construct(*model, made.arguments);
  const Flow flow = trace(child, *forward, construction.known);
  for (const Uncalled& uncalled : uncalled_children(*model, construction, flow.children)) {
    const bool is_made =
        std::any_of(construction.children.begin(), construction.children.end(),
                    [&](const MadeChild& each) { return each.member == uncalled.member->name; });
    if (is_made) return uncalled.problem + of_child;
  }
  for (const Flow::Site& site : flow.sites) {
    if (site.role.kind == CallKind::kChild && !site.reaches_output)
      return "the result of '" + site.call->text + "' does not reach the output" + of_child;
  }
  if (!flow.vanishing.empty()) {
    const auto& [call, why] = *flow.vanishing.begin();
    return why + " in '" + call->text + "'" + of_child;
  }
  for (const MadeChild& inner : construction.children) {
    if (inner.arguments.empty()) continue;
    const std::string problem = problem_of(child, inner);
    if (!problem.empty()) return problem;
  }
  return "";
}

}  // namespace

// A child's branches are judged with either outcome where it stands; here with the arguments that
// this parent gives to it.
void check_switched_off(const RuleContext& context) {
  if (context.file.profile != Profile::kParent) return;
  const facts::Class* model = model_of(context.file);
  if (model == nullptr) return;
  for (const MadeChild& made : construct(*model).children) {
    if (made.arguments.empty()) continue;
    const std::string problem = problem_of(context, made);
    if (problem.empty()) continue;
    report(context, "switched-off", made.call->place, made.call->text,
           "with these arguments " + problem, made.call->callee_class);
  }
}

}  // namespace strata
