#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

// What Python sees of a Graph and a Tree: plain rows that name things instead of numbering them.

namespace strata {

struct TensorRow {
  std::string name;
  std::vector<std::int64_t> shape;
  std::string dtype;  // "fp32"
  std::string text() const;
};

struct NodeRow {
  std::string name;
  std::string op;
  std::string module;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::string text() const;
};

struct ComponentRow {
  std::string name;
  int level = 0;
  std::string operation;
  std::string class_name;
  std::string description;
  std::string hash;
  int instances = 0;
  std::vector<TensorRow> inputs;
  std::vector<TensorRow> outputs;
  std::vector<TensorRow> parameters;
  std::vector<std::pair<std::string, std::string>> children;  // registered name, component
  std::string text() const;
};

struct InstanceRow {
  std::string component;
  std::string path;
  std::string original_path;
  int call = 0;
  std::string text() const;
};

std::vector<NodeRow> node_rows(const Graph& graph);
std::vector<TensorRow> input_rows(const Graph& graph);
std::vector<TensorRow> parameter_rows(const Graph& graph);
std::vector<ComponentRow> component_rows(const Tree& tree);
std::vector<InstanceRow> instance_rows(const Tree& tree);

}  // namespace strata
