#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// Shape and element type of a tensor.
struct Shape {
  std::vector<std::int64_t> sizes;
  ScalarType dtype = ScalarType::kFloat32;
  friend bool operator==(const Shape&, const Shape&) = default;
};

std::string shape_text(const Shape& shape);  // "[1, 64, 768] fp32"

// A port of an instance: what its component declares, what the original has there, and what really
// was there when the tree ran (`has_ran` false: it was not seen).
struct PortShape {
  std::string name;
  Shape declared;
  Shape original;
  Shape ran;
  bool has_ran = false;
};

struct InstanceShapes {
  InstanceId instance = kNone;
  std::vector<PortShape> inputs;
  std::vector<PortShape> outputs;
};

struct ShapeFlow {
  std::vector<InstanceShapes> instances;  // all of the tree, parents first
  std::vector<std::string> problems;      // ports whose shapes differ; empty when sound
  int seen = 0;                           // ports whose tensor was seen when the tree ran
  bool sound() const { return problems.empty() && seen > 0; }
};

// Follows the shapes through the tree. `ran` holds the shapes that really ran, by value of the
// normalised graph.
ShapeFlow shape_flow(const Graph& normalised, const Tree& tree,
                     const std::map<ValueId, Shape>& ran);

nlohmann::json to_json(const ShapeFlow& flow, const Tree& tree);  // "shape_flow/1"

}  // namespace strata
