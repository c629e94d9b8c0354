#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "decomposer/graph/graph.h"
#include "verifier/conditions.h"
#include "verifier/descriptor.h"
#include "verifier/graph_part.h"
#include "verifier/shape_flow.h"
#include "verifier/tensor_file.h"

namespace strata {

// Values of the whole original's run on its own weights and sample inputs.
struct Captured {
  std::map<ValueId, StoredTensor> values;  // those that were wanted
  std::map<ValueId, Shape> shapes;         // of every value that was there
};

// Runs the part of the graph, whole or up_to, and stores the wanted values, as they were when they
// were made, in the anonymous file.
Captured capture(const Graph& graph, const GraphPart& part, const std::vector<ValueId>& wanted,
                 const Conditions& conditions, int file);

nlohmann::json to_json(const Captured& captured);
Captured captured_from_json(const nlohmann::json& document);

// The captured tensors of these values, in order, on the mapping's memory.
std::vector<at::Tensor> captured_tensors(const Captured& captured, const PrivateMapping& mapping,
                                         const std::vector<ValueId>& values);

}  // namespace strata
