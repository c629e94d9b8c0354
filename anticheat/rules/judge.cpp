#include "anticheat/rules/judge.h"

#include "anticheat/rules/flow.h"
#include "anticheat/rules/rule.h"

namespace strata {

void judge(const facts::Project& project, const Policy& policy, ScanReply& reply) {
  if (!reply.errors.empty()) return;  // half a syntax tree proves nothing
  reply.findings = check_rules(project, policy);
  std::vector<Finding> unused;
  for (const facts::File& file : project.files) {
    const facts::Class* model = file.seen && is_component(file.profile) ? model_of(file) : nullptr;
    const facts::Function* forward = model == nullptr ? nullptr : forward_of(*model);
    if (forward == nullptr) continue;
    const RuleContext context{project, file, policy, unused};
    ClassFacts facts;
    facts.file = file.path;
    facts.name = model->qualified_name;
    facts.profile = file.profile;
    for (const Flow::Site& site : trace(context, *model, *forward).sites) {
      const std::string name =
          site.role.kind == CallKind::kChild
              ? site.role.name
              : operator_name(policy, site.call->callee, site.call->operands.size());
      if (site.role.kind == CallKind::kChild)
        facts.children[name] += site.trips;
      else if (is_kernel(file.profile))
        facts.operators[name] += site.trips;
      else if (site.role.kind == CallKind::kArithmetic)
        facts.arithmetic[name] += site.trips;
      else if (site.role.kind == CallKind::kPlumbing)
        facts.plumbing[name] += site.trips;
    }
    reply.classes.push_back(std::move(facts));
  }
}

}  // namespace strata
