#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "decomposer/graph/graph.h"
#include "decomposer/load/program.h"
#include "decomposer/load/zip_archive.h"

namespace strata {

// A tensor's metadata with symbolic numbers replaced by their hints. Refuses what Strata can't run:
// another device than the CPU, sparse layouts, negative sizes, more than 2^62 elements.
TensorMeta concrete_meta(const ProgramTensor& tensor);
// Throws Error{"load.no_hint"}: export knew none, for the number depends on data.
[[noreturn]] void refuse_without_hint(const SymbolicNumber& number, std::string_view name);
// A symbolic number's hint, or that error.
Argument hint_of(const SymbolicNumber& number, std::string_view name);

// Finds parameters, buffers and constants by name in the archive's two configurations, and collects
// their storages.
class ArchiveWeights {
 public:
  // The lists must outlive this.
  ArchiveWeights(const ZipArchive& archive, const NamedList<Payload>& weights,
                 const NamedList<Payload>& constants);

  // Everything of the Parameter but its value. Adds its storage to graph.storages unless it is
  // there already. Throws Error{"load.weight"} when it is missing, pickled, or reaches beyond its
  // bytes.
  Parameter find(Graph& graph, std::string_view name, ParameterKind kind, bool persistent,
                 JsonValue place);

  // The tensors of graph.parameters under the further names that the weights configuration has for
  // them and the graph hasn't; without a value.
  std::vector<Parameter> other_names(const Graph& graph) const;

 private:
  std::int32_t storage_of(Graph& graph, const std::string& record, JsonValue place);

  const ZipArchive& archive_;
  const NamedList<Payload>& payloads_;  // of the weights, in the configuration's order
  std::unordered_map<std::string_view, const Payload*> weights_;
  std::unordered_map<std::string_view, const Payload*> constants_;
  std::unordered_map<std::string, std::int32_t> storages_;
  bool structure_only_;  // the archive holds no byte of any weight
};

}  // namespace strata
