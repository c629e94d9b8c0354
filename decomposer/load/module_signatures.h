#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace strata {

// What one call of a module takes and gives, by the names that its tensors have in the graph.
struct ModuleSignature {
  std::string module;  // its path: "transformer.h.3.mlp"; "layer@1" is its second call
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
};

// The calls whose signature the export kept (preserve_module_call_signature), without the model's
// own. Throws like load_archive.
std::vector<ModuleSignature> module_signatures(const std::filesystem::path& archive);

}  // namespace strata
