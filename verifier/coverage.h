#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// Who answers for a node of the original program.
enum class OwnerKind : std::uint8_t { kKernel, kPlumbing, kArithmetic, kDropped };
std::string_view owner_name(OwnerKind kind);  // "kernel", "plumbing", "arithmetic", "dropped"

// One claim on a node. A sound ledger has exactly one per node.
struct Owner {
  OwnerKind kind = OwnerKind::kKernel;
  InstanceId instance = kNone;  // kNone for dropped nodes
  std::string reason;           // why it was dropped
};

struct LedgerEntry {
  NodeId node = kNone;  // in the loaded graph; kNone: loading removed it
  std::string name;
  std::string operation;  // qualified: "aten::linear"
  std::vector<Owner> owners;
};

// The guide's table, one row per operation. Only L0 components count as decomposed; what parents
// keep and what normalisation removed stands in columns of its own, so that the sum is the
// original's count.
struct OperationCount {
  std::string operation;
  int original = 0;
  int dropped = 0;
  int parents = 0;  // plumbing and arithmetic in the bodies of L1 to L3
  int kernels = 0;  // in L0 components, over all their instances
  bool match() const { return original == dropped + parents + kernels; }
};

struct Coverage {
  std::vector<LedgerEntry> ledger;         // the loaded graph's nodes, then what loading removed
  std::vector<OperationCount> operations;  // by name
  std::vector<std::string>
      problems;           // nodes without an owner, with two, claims on no node; empty when sound
  bool hands_on = false;  // a program whose results are its inputs: nothing to answer for
  bool sound() const { return problems.empty() && (hands_on || !ledger.empty()); }
};

// Accounts for every node of the program as it was loaded. `normalised` and `tree` were made from
// `loaded`; the tree may have been read from a file that someone edited.
Coverage account(const Graph& loaded, const Graph& normalised, const Tree& tree);

// The part of the account that one instance and its descendants answer for, as a table. `ran` holds
// the operations that really ran in the refactored component, by qualified name; it must agree with
// what the instance owns.
struct StepCoverage {
  std::vector<OperationCount> operations;
  std::vector<std::string> problems;
  int nodes = 0;
  bool hands_on = false;  // likewise, after normalisation
  bool sound() const { return problems.empty() && (hands_on || nodes > 0); }
};
StepCoverage account_step(const Graph& normalised, const Tree& tree, InstanceId instance);

nlohmann::json to_json(const Coverage& coverage, const Tree& tree);  // "coverage_summary/1"
nlohmann::json to_json(const StepCoverage& coverage);                // "coverage_report/1"

}  // namespace strata
