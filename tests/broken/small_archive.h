#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "decomposer/graph/graph.h"

namespace strata {

// A tiny exported program that tests change and break. As made it is sound:
//
//   def forward(self, x):                  # fp32[2,3]
//       y = self.linear(x)                 # weight fp32[4,3], bias fp32[4]
//       return torch.relu(y)
struct SmallArchive {
  SmallArchive();

  nlohmann::ordered_json program;              // models/model.json
  nlohmann::ordered_json weights;              // data/weights/model_weights_config.json
  nlohmann::ordered_json constants;            // data/constants/model_constants_config.json
  std::map<std::string, std::string> records;  // every other entry

  nlohmann::ordered_json& graph() { return program["graph_module"]["graph"]; }
  nlohmann::ordered_json& nodes() { return graph()["nodes"]; }
  nlohmann::ordered_json& signature() { return program["graph_module"]["signature"]; }

  // Adds a node with one tensor result of this shape. `inputs` as {"self", {"as_tensor", ...}}
  // pairs.
  void add_node(const std::string& target, nlohmann::ordered_json inputs, const std::string& result,
                std::vector<std::int64_t> sizes);
  // Makes this value the program's only result.
  void set_output(const std::string& result);

  std::map<std::string, std::string> entries() const;  // all of them, relative to the root folder
  std::string bytes() const;                           // the zip file
};

// {"as_tensor": {"name": name}}
nlohmann::ordered_json tensor_argument(const std::string& name);
// One argument of a node.
nlohmann::ordered_json named_argument(const std::string& name, nlohmann::ordered_json argument);
// An entry of tensor_values: contiguous, on the CPU, fp32.
nlohmann::ordered_json tensor_meta(const std::vector<std::int64_t>& sizes);

// A zip file of stored entries below one root folder.
std::string zip_of(const std::map<std::string, std::string>& entries,
                   const std::string& root = "small");

// Loads from memory.
Graph load_bytes(const std::string& bytes);
Graph load(const SmallArchive& archive);
// The message of the strata::Error that loading throws; "loaded" when it throws none.
std::string error_of(const std::string& bytes);
std::string error_of(const SmallArchive& archive);

}  // namespace strata
