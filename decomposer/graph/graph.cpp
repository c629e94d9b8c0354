#include "decomposer/graph/graph.h"

#include "kernels_l0/error.h"

namespace strata {

std::optional<std::uint64_t> bytes_reached(const TensorMeta& meta) {
  std::int64_t last = meta.storage_offset;
  bool overflow = last < 0 || meta.sizes.size() != meta.strides.size();
  for (std::size_t i = 0; i < meta.sizes.size() && !overflow; ++i) {
    if (meta.sizes[i] == 0) return 0;
    std::int64_t step = 0;
    overflow = meta.sizes[i] < 0 || meta.strides[i] < 0 ||
               __builtin_mul_overflow(meta.sizes[i] - 1, meta.strides[i], &step) ||
               __builtin_add_overflow(last, step, &last);
  }
  std::int64_t bytes = 0;
  if (overflow || __builtin_add_overflow(last, std::int64_t{1}, &last) ||
      __builtin_mul_overflow(last, element_size(meta.dtype), &bytes)) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(bytes);
}

void require_weights(const Graph& graph) {
  if (!graph.structure_only) return;
  throw Error("weights.absent",
              graph.archive.string() +
                  ": running the model takes its weights; got an archive of the structure alone; "
                  "export it without --structure-only");
}

ParameterId parameter_of(const Graph& graph, ValueId value) {
  for (std::size_t i = 0; i < graph.parameters.size(); ++i) {
    if (graph.parameters[i].value == value) return static_cast<ParameterId>(i);
  }
  return kNone;
}

std::vector<ValueId> inputs_of(const Node& node) {
  std::vector<ValueId> found;
  for (const Argument& argument : node.arguments) {
    for (const ValueRef value : tensors_in(argument)) found.push_back(value.id);
  }
  return found;
}

std::vector<std::vector<NodeId>> readers_of(const Graph& graph) {
  std::vector<std::vector<NodeId>> readers(graph.values.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const auto node = static_cast<NodeId>(i);
    for (const ValueId value : inputs_of(graph.nodes[i])) {
      auto& list = readers[static_cast<std::size_t>(value)];
      if (list.empty() || list.back() != node) list.push_back(node);
    }
  }
  return readers;
}

}  // namespace strata
