#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "decomposer/tree/tree.h"

// What every node gave when the program and the composed tree ran, as checksums, so that runs can
// be compared node by node without their tensors.

namespace strata {

// One operator call of the original. A node that only looks at another's memory has none; one that
// copies and looks has one. Sums are 16 hexadecimal digits over dtype, shape and bytes.
struct NodeSum {
  std::string node;           // name in the archive
  std::string operation;      // "aten::linear"
  std::string instance;       // who owns it: "h_0.attn.c_attn"; "" for the root
  std::string component;      // of that instance
  std::string original_path;  // of that instance
  std::string original;       // what the original gave
  std::string composed;       // what the composed tree gave there; "" when it made no such call
};

struct Checksums {
  std::string archive_digest;
  nlohmann::json conditions;   // of both runs
  std::vector<NodeSum> nodes;  // in the order in which the composed tree runs them
  std::vector<std::string> original_outputs;
  std::vector<std::string> composed_outputs;
  std::string composed_ended;  // why the composed run ended early; "" when it did not
};

nlohmann::json to_json(const Checksums& checksums);  // "checksums/1"
// Throws Error{"checksums.read"} for anything but what to_json writes.
Checksums checksums_from_json(const nlohmann::json& document, const std::string& place);
// Reads a file of that schema; also Error{"report.read"}.
Checksums read_checksums(const std::filesystem::path& file);

// Where two runs part first.
struct Parting {
  std::string side;  // "composed": against the original; else which column of two documents differs
  NodeSum node;
  std::string other;  // the sum that stands against it; "" when there is no such call
};

// The first node at which the composed run differs from the original's.
std::optional<Parting> first_parting(const Checksums& checksums);
// The first node at which one run differs from another of the same archive: the original's
// ("original") or the composed tree's ("composed"). Throws Error{"checksums.other_archive"}.
std::optional<Parting> first_parting(const Checksums& one, const Checksums& other);

// "linear_12 (aten::linear) in h_3.mlp.c_fc, originally transformer.h.3.mlp.c_fc"
std::string parting_text(const Parting& parting);
nlohmann::json to_json(const std::optional<Parting>& parting);  // null for none

// All nodes in the order in which the tree's bodies call them, with the instance that owns each.
std::vector<std::pair<NodeId, InstanceId>> nodes_as_composed(const Tree& tree);

}  // namespace strata
