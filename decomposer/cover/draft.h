#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "decomposer/cover/cover.h"

namespace strata {

// A cover while it is being made: what the rules ask about the graph, and the kernels so far.
class Draft {
 public:
  explicit Draft(const Graph& graph);

  const Graph& graph;

  const Node& node(NodeId id) const { return graph.nodes[static_cast<std::size_t>(id)]; }
  NodeId node_count() const { return static_cast<NodeId>(graph.nodes.size()); }
  const TensorMeta& meta(ValueId value) const {
    return graph.values[static_cast<std::size_t>(value)].meta;
  }
  NodeId producer(ValueId value) const {
    return graph.values[static_cast<std::size_t>(value)].producer;
  }
  // Distinct tensors that the node reads.
  const std::vector<ValueId>& inputs(NodeId id) const {
    return inputs_[static_cast<std::size_t>(id)];
  }
  const std::vector<NodeId>& readers(ValueId value) const {
    return readers_[static_cast<std::size_t>(value)];
  }
  bool is_result(ValueId value) const { return is_result_[static_cast<std::size_t>(value)]; }
  ParameterId parameter(ValueId value) const { return parameter_[static_cast<std::size_t>(value)]; }
  Role role(NodeId id) const { return cover_.roles[static_cast<std::size_t>(id)]; }
  // Depends on no float activation and no float parameter.
  bool is_island(ValueId value) const { return cover_.island[static_cast<std::size_t>(value)]; }
  // A parameter, or plumbing and elementwise operators on parameters and constants alone.
  bool of_parameters(ValueId value) const {
    return of_parameters_[static_cast<std::size_t>(value)];
  }
  // All its results are of_parameters.
  bool makes_parameters(NodeId id) const;
  // Writes in place, into what its schema names or into running statistics.
  bool writes(NodeId id) const { return writes_[static_cast<std::size_t>(id)]; }
  const std::vector<std::pair<NodeId, NodeId>>& effects() const { return cover_.effects; }
  // Nodes that must run before this one because of a storage that is written in place.
  const std::vector<NodeId>& effects_before(NodeId id) const {
    return effects_before_[static_cast<std::size_t>(id)];
  }
  // The storage was there before the program, or outlives it.
  bool is_external(ValueId value) const { return is_external_[static_cast<std::size_t>(value)]; }
  // Some node writes the storage in place.
  bool is_written(ValueId value) const { return is_written_[static_cast<std::size_t>(value)]; }
  // The first value of the storage in which this one lies.
  ValueId owner(ValueId value) const { return owner_[static_cast<std::size_t>(value)]; }

  bool is_leaf(FrameId frame) const { return is_leaf_[static_cast<std::size_t>(frame)]; }
  const std::vector<NodeId>& nodes_in(FrameId frame) const {
    return nodes_in_[static_cast<std::size_t>(frame)];
  }
  // True when `inner` is `outer` or lies in it.
  bool lies_in(FrameId inner, FrameId outer) const;
  // The innermost frame that holds all these nodes.
  FrameId frame_of(const std::vector<NodeId>& nodes) const;

  bool is_free(NodeId id) const { return kernel_of(id) == kNone; }
  std::int32_t kernel_of(NodeId id) const { return cover_.kernel_of[static_cast<std::size_t>(id)]; }
  const KernelRegion& kernel(std::int32_t id) const {
    return cover_.kernels[static_cast<std::size_t>(id)];
  }
  // Makes a kernel of free nodes (in any order) and returns its index.
  std::int32_t take(KernelRegion region);
  // Adds a free node to a kernel.
  void join(NodeId id, std::int32_t kernel);

  // Values made inside that are read outside, or are results of the program.
  std::vector<ValueId> leaving(const std::vector<NodeId>& nodes) const;
  // No path of data or effects leaves the nodes and comes back.
  bool is_convex(const std::vector<NodeId>& nodes) const;
  // The nodes and all that lie on a path between two of them, ascending.
  std::vector<NodeId> closed(const std::vector<NodeId>& nodes) const;

  void log(std::string subject, std::string decision, std::string reason);
  // The finished cover; kernels in order of their first node. The draft is spent afterwards.
  Cover finish();

 private:
  void index_values();
  void index_frames();
  void find_effects();
  std::vector<NodeId> reached(const std::vector<NodeId>& from, bool forwards, NodeId limit) const;

  Cover cover_;
  std::vector<std::vector<ValueId>> inputs_;
  std::vector<std::vector<NodeId>> readers_;
  std::vector<bool> is_result_;
  std::vector<ParameterId> parameter_;
  std::vector<bool> of_parameters_;
  std::vector<bool> writes_;
  std::vector<bool> is_leaf_;
  std::vector<std::vector<NodeId>> nodes_in_;
  std::vector<ValueId> owner_;
  std::vector<bool> is_external_;
  std::vector<bool> is_written_;
  std::vector<std::vector<NodeId>> effects_after_;   // per node
  std::vector<std::vector<NodeId>> effects_before_;  // per node
};

}  // namespace strata
