#include "verifier/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "decomposer/graph/index.h"

namespace strata {
namespace {

using nlohmann::json;

// The roles of a body's operator calls, in order: Instance::nodes runs alongside.
std::vector<CallRole> call_roles(const Component& component) {
  std::vector<CallRole> roles;
  for (const Statement& statement : component.body) {
    if (const auto* call = std::get_if<OperatorCall>(&statement)) roles.push_back(call->role);
  }
  return roles;
}

OwnerKind kind_of(const Component& component, CallRole role) {
  if (component.level == 0)
    return OwnerKind::kKernel;  // a kernel's own casts and views are its work
  return role == CallRole::kArithmetic ? OwnerKind::kArithmetic : OwnerKind::kPlumbing;
}

std::string instance_name(const Tree& tree, InstanceId id) {
  const Instance& instance = tree.instances[at(id)];
  return instance.path.empty() ? "the root" : instance.path;
}

std::string owner_text(const Tree& tree, const Owner& owner) {
  if (owner.kind == OwnerKind::kDropped) return "dropped: " + owner.reason;
  return fmt::format("{} of {}", owner_name(owner.kind), instance_name(tree, owner.instance));
}

// One claim per operator call of an instance's body, on the normalised graph's nodes.
template <typename Claim>
void claims_of(const Tree& tree, InstanceId id, std::vector<std::string>& problems, Claim claim) {
  const Instance& instance = tree.instances[at(id)];
  const Component& component = tree.components[at(instance.component)];
  const std::vector<CallRole> roles = call_roles(component);
  if (roles.size() != instance.nodes.size()) {
    problems.push_back(fmt::format("{}: {} operator calls in {}, but {} nodes are claimed",
                                   instance_name(tree, id), roles.size(), component.name,
                                   instance.nodes.size()));
  }
  for (std::size_t i = 0; i < std::min(roles.size(), instance.nodes.size()); ++i) {
    claim(instance.nodes[i], kind_of(component, roles[i]));
  }
}

void count(std::map<std::string, OperationCount>& table, const LedgerEntry& entry) {
  OperationCount& row = table[entry.operation];
  row.operation = entry.operation;
  ++row.original;
  for (const Owner& owner : entry.owners) {
    if (owner.kind == OwnerKind::kDropped) ++row.dropped;
    if (owner.kind == OwnerKind::kKernel) ++row.kernels;
    if (owner.kind == OwnerKind::kPlumbing || owner.kind == OwnerKind::kArithmetic) ++row.parents;
  }
}

std::vector<OperationCount> rows(const std::map<std::string, OperationCount>& table) {
  std::vector<OperationCount> list;
  for (const auto& [name, row] : table) list.push_back(row);
  return list;
}

json to_json(const std::vector<OperationCount>& operations) {
  json table = json::array();
  for (const OperationCount& row : operations) {
    table.push_back({{"operation", row.operation},
                     {"original", row.original},
                     {"normalised_away", row.dropped},
                     {"in_parents", row.parents},
                     {"in_kernels", row.kernels},
                     {"match", row.match()}});
  }
  return table;
}

}  // namespace

std::string_view owner_name(OwnerKind kind) {
  switch (kind) {
    case OwnerKind::kKernel:
      return "kernel";
    case OwnerKind::kPlumbing:
      return "plumbing";
    case OwnerKind::kArithmetic:
      return "arithmetic";
    case OwnerKind::kDropped:
      return "dropped";
  }
  return "";
}

Coverage account(const Graph& loaded, const Graph& normalised, const Tree& tree) {
  Coverage coverage;
  for (std::size_t i = 0; i < loaded.nodes.size(); ++i) {
    const Node& node = loaded.nodes[i];
    coverage.ledger.push_back({static_cast<NodeId>(i), node.name, node.op->qualified_name(), {}});
  }
  const auto claim = [&](NodeId original, const Owner& owner) {
    if (original < 0 || at(original) >= loaded.nodes.size()) {
      coverage.problems.push_back(
          fmt::format("{}: claims node {}, which the original does not have",
                      owner_text(tree, owner), original));
      return;
    }
    coverage.ledger[at(original)].owners.push_back(owner);
  };

  // What loading itself removed is no node of the loaded graph; its entries come last.
  for (const DroppedNode& dropped : loaded.dropped) {
    coverage.ledger.push_back(
        {kNone, dropped.name, dropped.op, {{OwnerKind::kDropped, kNone, dropped.reason}}});
  }
  for (const DroppedNode& dropped : normalised.dropped) {
    if (dropped.original == kNone) continue;
    claim(dropped.original, {OwnerKind::kDropped, kNone, dropped.reason});
  }
  for (std::size_t i = 0; i < tree.instances.size(); ++i) {
    const auto id = static_cast<InstanceId>(i);
    claims_of(tree, id, coverage.problems, [&](NodeId node, OwnerKind kind) {
      const bool known = node >= 0 && at(node) < normalised.nodes.size();
      claim(known ? normalised.nodes[at(node)].original : kNone, {kind, id, ""});
    });
  }

  std::map<std::string, OperationCount> table;
  for (const LedgerEntry& entry : coverage.ledger) {
    count(table, entry);
    if (entry.owners.empty()) {
      coverage.problems.push_back(
          fmt::format("{} ({}): no component answers for it", entry.name, entry.operation));
    } else if (entry.owners.size() > 1) {
      coverage.problems.push_back(fmt::format(
          "{} ({}): {} answer for it, {} and {}", entry.name, entry.operation, entry.owners.size(),
          owner_text(tree, entry.owners[0]), owner_text(tree, entry.owners[1])));
    }
  }
  coverage.operations = rows(table);
  coverage.hands_on = loaded.nodes.empty() && !loaded.outputs.empty();
  return coverage;
}

StepCoverage account_step(const Graph& normalised, const Tree& tree, InstanceId instance) {
  StepCoverage coverage;
  std::map<NodeId, LedgerEntry> ledger;
  std::vector<bool> below(tree.instances.size(), false);
  for (std::size_t i = at(instance); i < tree.instances.size(); ++i) {
    const InstanceId parent = tree.instances[i].parent;
    const auto id = static_cast<InstanceId>(i);
    below[i] = id == instance || (parent != kNone && below[at(parent)]);
    if (!below[i]) continue;
    claims_of(tree, id, coverage.problems, [&](NodeId node, OwnerKind kind) {
      if (node < 0 || at(node) >= normalised.nodes.size()) {
        coverage.problems.push_back(fmt::format(
            "{}: claims node {}, which the original does not have", instance_name(tree, id), node));
        return;
      }
      LedgerEntry& entry = ledger[node];
      entry.node = node;
      entry.name = normalised.nodes[at(node)].name;
      entry.operation = normalised.nodes[at(node)].op->qualified_name();
      entry.owners.push_back({kind, id, ""});
    });
  }
  std::map<std::string, OperationCount> table;
  for (const auto& [node, entry] : ledger) {
    count(table, entry);
    if (entry.owners.size() > 1) {
      coverage.problems.push_back(fmt::format("{} ({}): {} and {} both answer for it", entry.name,
                                              entry.operation, owner_text(tree, entry.owners[0]),
                                              owner_text(tree, entry.owners[1])));
    }
  }
  coverage.nodes = static_cast<int>(ledger.size());
  coverage.hands_on = normalised.nodes.empty() && !normalised.outputs.empty();
  coverage.operations = rows(table);
  return coverage;
}

json to_json(const Coverage& coverage, const Tree& tree) {
  json ledger = json::array();
  for (const LedgerEntry& entry : coverage.ledger) {
    json owners = json::array();
    for (const Owner& owner : entry.owners) {
      json one = {{"kind", owner_name(owner.kind)}};
      if (owner.instance != kNone) {
        const Instance& instance = tree.instances[at(owner.instance)];
        one["instance"] = instance.path;
        one["component"] = tree.components[at(instance.component)].name;
      } else {
        one["reason"] = owner.reason;
      }
      owners.push_back(std::move(one));
    }
    ledger.push_back({{"node", entry.name}, {"operation", entry.operation}, {"owners", owners}});
  }
  return {{"schema", "coverage_summary/1"},
          {"sound", coverage.sound()},
          {"nodes", coverage.ledger.size()},
          {"problems", coverage.problems},
          {"operations", to_json(coverage.operations)},
          {"ledger", std::move(ledger)}};
}

json to_json(const StepCoverage& coverage) {
  return {{"schema", "coverage_report/1"},
          {"sound", coverage.sound()},
          {"nodes", coverage.nodes},
          {"problems", coverage.problems},
          {"operations", to_json(coverage.operations)}};
}

}  // namespace strata
