#include "verifier/localise.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "decomposer/emit/component_file.h"
#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"
#include "verifier/build_subject.h"
#include "verifier/prepare.h"
#include "verifier/step_report.h"
#include "verifier/verdicts.h"

namespace strata {
namespace {

using nlohmann::json;

// One instance, judged from the original's own inputs.
struct Tried {
  bool fails = false;
  bool bit_equal = false;
  std::vector<std::string> reasons;
  double max_abs_error = 0;
};

// The instance and everything below it.
void add_all_below(const Tree& tree, InstanceId id, std::vector<InstanceId>& list) {
  list.push_back(id);
  for (InstanceId child : children_of(tree, id)) add_all_below(tree, child, list);
}

void take(const std::vector<JudgedPart>& parts, const std::vector<Outcome>& outcomes,
          std::map<InstanceId, Tried>& tried) {
  const auto each = part_outcomes(outcomes, parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    StepSummary summary;
    compared_report(each[i], {}, {}, summary);
    tried[parts[i].instance] = {summary.judgement.verdict != Verdict::kPass, summary.bit_equal,
                                summary.judgement.reasons, summary.max_abs_error};
  }
}

bool finished(const std::vector<Outcome>& outcomes) {
  return outcomes.size() >= 2 && outcomes[1].ending == Ending::kFinished;
}

// Judges instances in as many pairs of processes as may run at a time, those of one component in
// one. Where a pair ends early, each of its instances is judged in a pair of its own.
void try_instances(const std::shared_ptr<Judged>& judged, std::vector<InstanceId> wanted,
                   int parallel, std::map<InstanceId, Tried>& tried) {
  const auto component_of = [&](InstanceId id) { return judged->tree.instances[at(id)].component; };
  std::ranges::sort(wanted, {}, [&](InstanceId id) { return std::pair(component_of(id), id); });
  std::vector<std::vector<JudgedPart>> shares(
      std::min(wanted.size(), static_cast<std::size_t>(std::max(parallel, 1))));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    shares[i * shares.size() / wanted.size()].push_back(
        {wanted[i], weight_lines(judged->normalised, judged->tree, wanted[i]), ""});
  }
  std::vector<Job> jobs;
  for (const auto& parts : shares) jobs.push_back(parts_job(judged, parts, "localise"));
  const auto outcomes = run_jobs(jobs, {parallel, {}});
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (finished(outcomes[i]) || shares[i].size() == 1) {
      take(shares[i], outcomes[i], tried);
      continue;
    }
    for (const JudgedPart& part : shares[i])
      take({part}, run_jobs({parts_job(judged, {part}, "localise")}, {1, {}}).front(), tried);
  }
}

// The first node that an instance or one of its descendants owns: where it begins.
NodeId first_node(const Tree& tree, InstanceId id) {
  const std::vector<NodeId> nodes = nodes_below(tree, id);
  return nodes.empty() ? kNone : nodes.front();
}

Culprit culprit_at(const Tree& tree, InstanceId id, Fault fault) {
  const Instance& instance = tree.instances[at(id)];
  const Component& component = tree.components[at(instance.component)];
  Culprit culprit;
  culprit.fault = fault;
  culprit.component = component.name;
  culprit.file = file_of(component);
  culprit.instance = instance.path;
  culprit.original_path = instance.original_path;
  culprit.instances = {instance.path};
  return culprit;
}

// One culprit for each component, with all its instances, in the order of execution.
std::vector<Culprit> by_component(const Tree& tree, const std::vector<ComponentId>& failing,
                                  std::set<InstanceId> wrong,
                                  const std::map<InstanceId, Tried>& tried) {
  std::vector<InstanceId> own(wrong.begin(), wrong.end());
  std::ranges::sort(own, {}, [&](InstanceId id) { return std::pair(first_node(tree, id), id); });
  std::vector<Culprit> culprits;
  std::map<ComponentId, std::size_t> place;
  for (InstanceId id : own) {
    const ComponentId component = tree.instances[at(id)].component;
    if (const auto known = place.find(component); known != place.end()) {
      culprits[known->second].instances.push_back(tree.instances[at(id)].path);
      continue;
    }
    place[component] = culprits.size();
    const bool leaf = tree.components[at(component)].level == 0;
    Culprit culprit = culprit_at(tree, id, leaf ? Fault::kKernel : Fault::kWiring);
    culprit.reasons = tried.at(id).reasons;
    culprit.max_abs_error = tried.at(id).max_abs_error;
    if (std::ranges::find(failing, component) != failing.end() && !tried.at(id).fails) {
      culprit.reasons.emplace_back("agrees in every trial, but fails in its further checks");
    } else if (!tried.at(id).fails) {
      culprit.reasons.push_back(
          fmt::format("within the tolerance by itself (max abs {:.2g}), but what holds it fails",
                      culprit.max_abs_error));
    }
    culprits.push_back(std::move(culprit));
  }
  return culprits;
}

// One culprit for each instance that gets a wrong weight; steps above repeat what a step says.
std::vector<Culprit> wrong_weights(const Plan& plan) {
  std::vector<Culprit> culprits;
  std::map<InstanceId, std::size_t> place;
  for (const WrongWeight& wrong : plan.wrong_weights) {
    if (!place.contains(wrong.kernel)) {
      place[wrong.kernel] = culprits.size();
      culprits.push_back(culprit_at(plan.judged->tree, wrong.kernel, Fault::kWeights));
    }
    const std::string& name = wrong.line.place.empty() ? wrong.expected.place : wrong.line.place;
    culprits[place[wrong.kernel]].reasons.push_back(
        fmt::format("{}: {} gets {}, the original has {} there",
                    (wrong.file.parent_path().filename() / wrong.file.filename()).string(), name,
                    weight_text(wrong.line), weight_text(wrong.expected)));
  }
  return culprits;
}

std::vector<Culprit> found_by_scan(const Tree& tree, const ScanReply& scan) {
  std::vector<Culprit> culprits;
  for (std::size_t i = 0; i < tree.components.size(); ++i) {
    const auto id = static_cast<ComponentId>(i);
    Judgement findings;
    add_findings(scan, tree.components[i].name + ".h", findings);
    if (findings.reasons.empty()) continue;
    Culprit culprit = culprit_at(tree, instances_of(tree, id).front(), Fault::kFinding);
    for (InstanceId instance : instances_of(tree, id)) {
      if (instance != instances_of(tree, id).front())
        culprit.instances.push_back(tree.instances[at(instance)].path);
    }
    culprit.reasons = findings.reasons;
    culprits.push_back(std::move(culprit));
  }
  return culprits;
}

// The original's values at every port below; those that the steps start from are not enough.
json capture_below(const std::shared_ptr<Judged>& judged, const std::vector<InstanceId>& below) {
  const auto outcomes =
      run_jobs({capture_job(judged, values_to_capture(judged->tree, below))}, {1, {}});
  return job_result("run the original", outcomes.front());
}

// The children of a failing instance that may be why: those that fail; where none does, those that
// give other bits, for small errors grow.
std::vector<InstanceId> suspects(const std::vector<InstanceId>& children,
                                 const std::map<InstanceId, Tried>& tried) {
  std::vector<InstanceId> failing;
  std::vector<InstanceId> differing;
  for (InstanceId child : children) {
    if (tried.at(child).fails) failing.push_back(child);
    if (!tried.at(child).bit_equal) differing.push_back(child);
  }
  return failing.empty() ? differing : failing;
}

bool holds_failing(const Tree& tree, ComponentId id, const std::vector<ComponentId>& failing) {
  return std::ranges::any_of(tree.components[at(id)].children, [&](const Child& child) {
    return std::ranges::find(failing, child.component) != failing.end() ||
           holds_failing(tree, child.component, failing);
  });
}

// The instances of failing components that hold no other.
std::set<InstanceId> lowest(const Tree& tree, const std::vector<ComponentId>& failing) {
  std::set<InstanceId> instances;
  for (ComponentId id : failing) {
    if (holds_failing(tree, id, failing)) continue;
    for (InstanceId instance : instances_of(tree, id)) instances.insert(instance);
  }
  return instances;
}

// Those that fail though no kernel below them gets a wrong weight.
std::vector<ComponentId> with_right_weights(const Plan& plan,
                                            const std::vector<ComponentId>& failing) {
  const Tree& tree = plan.judged->tree;
  const auto gets_wrong_weight = [&](InstanceId id) {
    std::vector<InstanceId> below;
    add_all_below(tree, id, below);
    return std::ranges::any_of(plan.wrong_weights, [&](const WrongWeight& wrong) {
      return std::ranges::find(below, wrong.kernel) != below.end();
    });
  };
  std::vector<ComponentId> rest = failing;
  std::erase_if(rest, [&](ComponentId id) {
    return std::ranges::any_of(instances_of(tree, id), gets_wrong_weight);
  });
  return rest;
}

std::vector<Culprit> wrong_code(const Plan& plan, const std::vector<ComponentId>& failing,
                                int parallel) {
  const Tree& tree = plan.judged->tree;
  std::vector<InstanceId> next;
  for (ComponentId id : failing) {
    for (InstanceId instance : instances_of(tree, id)) next.push_back(instance);
  }
  std::vector<InstanceId> below;
  for (InstanceId id : next) add_all_below(tree, id, below);
  const auto judged = std::make_shared<Judged>(*plan.judged);
  judged->captured = capture_below(judged, below);

  std::map<InstanceId, Tried> tried;
  try_instances(judged, next, parallel, tried);
  std::erase_if(next, [&](InstanceId id) { return !tried.at(id).fails; });
  std::set<InstanceId> wrong;
  std::set<InstanceId> seen(next.begin(), next.end());
  while (!next.empty()) {
    std::set<InstanceId> untried;  // children
    for (InstanceId id : next) {
      for (InstanceId child : children_of(tree, id))
        if (!tried.contains(child)) untried.insert(child);
    }
    try_instances(judged, {untried.begin(), untried.end()}, parallel, tried);
    std::vector<InstanceId> deeper;
    for (InstanceId id : next) {
      bool explained = false;
      for (InstanceId child : suspects(children_of(tree, id), tried)) {
        explained = explained || tried.at(child).fails;
        if (seen.insert(child).second) deeper.push_back(child);
      }
      if (!explained) wrong.insert(id);
    }
    next = std::move(deeper);
  }
  if (wrong.empty()) wrong = lowest(tree, with_right_weights(plan, failing));
  return by_component(tree, failing, std::move(wrong), tried);
}

}  // namespace

std::vector<Culprit> localise(const Plan& plan, const std::vector<ComponentId>& failing,
                              const ScanReply& scan, int parallel) {
  std::vector<Culprit> culprits = found_by_scan(plan.judged->tree, scan);
  std::ranges::move(wrong_weights(plan), std::back_inserter(culprits));
  if (!failing.empty() && !plan.judged->library.empty())
    std::ranges::move(wrong_code(plan, failing, parallel), std::back_inserter(culprits));
  return culprits;
}

}  // namespace strata
