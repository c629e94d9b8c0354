#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "decomposer/cost/cost.h"
#include "decomposer/tree/read.h"
#include "decomposer/tree/tree.h"

// module_db.json: what every kernel and component is called and where it lies, over one model or
// many. A name is stored here when it is made; whoever needs it reads it here and derives nothing.

namespace strata {

// A model that uses a module.
struct ModuleUse {
  std::string model;   // the archive's stem: one model of a registry has this name
  std::string folder;  // the output folder that holds `file`; "" for the folder of the registry
  std::int64_t count = 0;
  friend bool operator==(const ModuleUse&, const ModuleUse&) = default;
};

// A component, known by its structural hash.
struct Module {
  std::string hash;
  std::string name;
  std::string file;  // relative to the output folder: "level_0_kernel/silu_4_fp32.h"
  int level = 0;
  std::string operation;
  std::string original_class;
  std::vector<Local> inputs;  // the workload: ports by name, shape and dtype
  std::vector<Local> parameters;
  std::vector<Local> outputs;
  bool deterministic = true;  // draws no random numbers: equal inputs give equal bits
  bool by_catalogue = false;  // as ComponentCost says, and so the costs
  std::vector<std::string> uncounted;
  Cost own;
  Cost total;
  std::vector<ModuleUse> uses;
};

struct Registry {
  std::vector<Module> modules;  // parents before children, as they were added
};

// The modules of one decomposed model. `folder`: see ModuleUse.
Registry registry_of(const Tree& tree, const TreeCost& cost, const std::string& model,
                     const std::string& folder = {});

std::string registry_text(const Registry& registry);
// Throws Error{"registry.missing"} when there is no such file, Error{"tree.json"} with the JSON
// Pointer of what is wrong in it (a name that is missing or empty, for one), and
// Error{"registry.conflict"} when two modules have one name or one hash.
Registry read_registry(const std::filesystem::path& file);

// `into` with the modules of another: the same hash is one module, and what `from` says of a
// model's uses replaces what `into` said. Throws Error{"registry.conflict"} when one hash has two
// names, or one name two hashes.
void merge(Registry& into, const Registry& from);

// Gives each component the name that the registry has for its hash; one that the registry doesn't
// know keeps its own, with its hash behind where another module has it.
void take_names(Tree& tree, const Registry& registry);

// Throws Error{"registry.missing"} for a component that the registry doesn't have and
// Error{"registry.conflict"} for one that it has under another name. `file` is for the message.
void require_registered(const Tree& tree, const Registry& registry,
                        const std::filesystem::path& file);

// The tree of an output folder, without its graph, and its names as the folder's registry has them.
// Throws what read_tree, read_registry and require_registered throw.
TreeDocument read_registered_tree(const std::filesystem::path& folder);

// The registry of an output folder.
std::filesystem::path registry_file(const std::filesystem::path& folder);

}  // namespace strata
