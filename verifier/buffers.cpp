#include "verifier/buffers.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cstddef>
#include <unordered_map>

#include "verifier/compare.h"

namespace strata {
namespace {

// Follows views from the written argument back to the value that owns the storage.
class WrittenRoots {
 public:
  explicit WrittenRoots(const Graph& graph) {
    for (const Node& node : graph.nodes) visit(node);
  }
  bool contains(ValueId value) const {
    const auto found = written_.find(value);
    return found != written_.end() && found->second;
  }

 private:
  ValueId root(ValueId value) const {
    const auto found = roots_.find(value);
    return found == roots_.end() ? value : found->second;
  }
  void visit(const Node& node) {
    for (std::size_t i = 0; i < node.op->arguments.size(); ++i) {
      const SchemaArgument& argument = node.op->arguments[i];
      for (const ValueRef value : tensors_in(node.arguments[i])) {
        if (argument.written) written_[root(value.id)] = true;
        if (argument.alias_set.empty()) continue;
        for (const ValueId output : node.outputs)
          if (output != kNone) roots_.emplace(output, root(value.id));
      }
    }
  }

  std::unordered_map<ValueId, ValueId> roots_;
  std::unordered_map<ValueId, bool> written_;
};

}  // namespace

std::vector<ParameterId> writable_candidates(const Graph& graph) {
  const WrittenRoots written(graph);
  std::vector<ParameterId> result;
  for (std::size_t i = 0; i < graph.parameters.size(); ++i) {
    const Parameter& parameter = graph.parameters[i];
    if (parameter.kind != ParameterKind::kParameter || written.contains(parameter.value))
      result.push_back(static_cast<ParameterId>(i));
  }
  return result;
}

Snapshot::Snapshot(const std::vector<at::Tensor>& tensors, std::vector<ParameterId> places) {
  const c10::NoGradGuard no_grad;
  for (const ParameterId place : places) {
    const at::Tensor& tensor = tensors.at(static_cast<std::size_t>(place));
    if (!tensor.defined()) continue;
    places_.push_back(place);
    tensors_.push_back(tensor);
    copies_.push_back(tensor.detach().clone());
  }
}

std::vector<ParameterId> Snapshot::changed() const {
  std::vector<ParameterId> result;
  for (std::size_t i = 0; i < places_.size(); ++i)
    if (!bit_equal(tensors_[i], copies_[i])) result.push_back(places_[i]);
  return result;
}

void Snapshot::restore() const {
  const c10::NoGradGuard no_grad;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (!bit_equal(tensors_[i], copies_[i])) tensors_[i].detach().copy_(copies_[i]);
  }
}

}  // namespace strata
