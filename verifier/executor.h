#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "decomposer/graph/graph.h"
#include "verifier/graph_part.h"

namespace strata {

// What a run may report while it goes on.
struct RunObserver {
  // Called for every tensor that a node made or wrote, right after the node ran. The tensor may be
  // written or freed later: clone it to keep it as it is.
  std::function<void(NodeId, ValueId, const at::Tensor&)> on_value;
  // Called before each node.
  std::function<void(NodeId)> on_node;
};

// Runs a part of a graph node by node through LibTorch's dispatcher. Every node is prepared once,
// when the executor is made; a run then costs little more than eager C++. Not for several threads
// at a time.
class Executor {
 public:
  // `weights`: one tensor per ParameterId, shared, not copied; those that the part does not need
  // may be undefined. Later writes to them, also by the program itself, are seen by the next run.
  // Nothing of `graph` is needed after this.
  // Throws Error{"executor.argument"} for an argument that does not fit its schema,
  // Error{"executor.open_value"} when a node reads a value that is neither given nor made before.
  Executor(const Graph& graph, GraphPart part, const std::vector<at::Tensor>& weights);
  Executor(Executor&&) noexcept;
  Executor& operator=(Executor&&) noexcept;
  ~Executor();

  // One tensor per part().inputs; they are not copied, so a program that writes its inputs writes
  // these. Returns one tensor per part().outputs, undefined where the output is a constant.
  // Intermediate tensors are freed after their last reader. Runs under the caller's grad mode.
  // Throws Error{"executor.node"} that names the node when an operator throws.
  std::vector<at::Tensor> run(const std::vector<at::Tensor>& inputs,
                              const RunObserver& observer = {});

  // The same, and keeps these values as they were when they were made (cloned when a later node
  // writes in place, else shared). Inputs and parameters may be asked for too: as they are before
  // the first node.
  std::unordered_map<ValueId, at::Tensor> capture(const std::vector<at::Tensor>& inputs,
                                                  const std::vector<ValueId>& wanted);

  const GraphPart& part() const;

 private:
  struct Program;
  std::unique_ptr<Program> program_;
};

}  // namespace strata
