#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "decomposer/load/module_signatures.h"
#include "decomposer/tree/tree.h"

namespace strata {

// How many different components a parent is made of.
struct Breadth {
  std::string component;
  int distinct_children = 0;
};

// A component that stands for one whole module of the author's, and takes or gives another tensor
// than that module.
struct Leak {
  std::string instance;  // its path
  std::string module;    // the author's
  std::string value;     // of the normalised graph
  bool is_input = false;
};

// What makes a tree good to work with, as numbers: printed for every model, and held by tests.
struct Quality {
  int violations = 0;     // of the numbered rules of trees
  int loose_compute = 0;  // operators in parents that are neither plumbing nor arithmetic
  int kernels = 0;        // distinct
  int components = 0;     // distinct, all levels
  int instances = 0;      // all levels
  Breadth root;
  Breadth widest;                     // of the parents below the root
  std::vector<std::string> unrolled;  // parents that call equal layers in a row without a list
  std::vector<std::string> generic;   // kernels whose name doesn't say what they compute
  int modules_compared = 0;           // whole modules whose signature the archive holds
  std::vector<Leak> leaks;            // among these
};

// `normalised` and `tree` were made from `loaded`. Without signatures nothing is compared.
Quality quality_of(const Graph& loaded, const Graph& normalised, const Tree& tree,
                   const std::vector<ModuleSignature>& signatures);

nlohmann::json to_json(const Quality& quality);
std::string quality_text(const Quality& quality);  // for a terminal, a line each

}  // namespace strata
