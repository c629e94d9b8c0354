// module_db.json as text and back.

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "decomposer/load/regular_file.h"
#include "decomposer/registry/registry.h"
#include "decomposer/tree/json_place.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "module_db/2";

Json ports_json(const std::vector<Local>& ports) {
  Json list = Json::array();
  for (const Local& port : ports) {
    list.push_back({{"name", port.name}, {"shape", port.sizes}, {"dtype", short_name(port.dtype)}});
  }
  return list;
}

Json cost_json(const Cost& cost) {
  return {{"matrix_flops", cost.flops.matrix.value()},
          {"vector_flops", cost.flops.vector.value()},
          {"bytes_read", cost.bytes_read.value()},
          {"bytes_written", cost.bytes_written.value()}};
}

Json module_json(const Module& module) {
  Json uses = Json::array();
  for (const ModuleUse& use : module.uses)
    uses.push_back({{"model", use.model}, {"folder", use.folder}, {"count", use.count}});
  return {{"name", module.name},
          {"file", module.file},
          {"namespace", module.name},
          {"class", "Model"},
          {"level", module.level},
          {"operation", module.operation},
          {"original_class", module.original_class},
          {"hash", module.hash},
          {"workload",
           {{"inputs", ports_json(module.inputs)},
            {"parameters", ports_json(module.parameters)},
            {"outputs", ports_json(module.outputs)}}},
          {"deterministic", module.deterministic},
          {"by_catalogue", module.by_catalogue},
          {"uncounted", module.uncounted},
          {"own", cost_json(module.own)},
          {"total", cost_json(module.total)},
          {"uses", std::move(uses)}};
}

std::vector<Local> read_ports(const JsonPlace& place) {
  std::vector<Local> ports;
  for (const JsonPlace& item : place.items()) {
    const auto parts = item.members({"name", "shape", "dtype"});
    const auto type = scalar_type_from_short_name(parts[2].text());
    if (!type) parts[2].refuse("a dtype is expected");
    ports.push_back({parts[0].text(), parts[1].integers(), *type});
  }
  return ports;
}

std::string read_name(const JsonPlace& place) {
  std::string name = place.text();
  if (name.empty()) place.refuse("a name is expected");
  return name;
}

Count read_count(const JsonPlace& place) {
  const std::int64_t count = place.integer();
  if (count < 0) place.refuse("a count is expected");
  return count;
}

Cost read_cost(const JsonPlace& place) {
  const auto parts = place.members({"matrix_flops", "vector_flops", "bytes_read", "bytes_written"});
  return {{read_count(parts[0]), read_count(parts[1])}, read_count(parts[2]), read_count(parts[3])};
}

Module read_module(const JsonPlace& place) {
  const auto parts = place.members({"name", "file", "namespace", "class", "level", "operation",
                                    "original_class", "hash", "workload", "deterministic",
                                    "by_catalogue", "uncounted", "own", "total", "uses"});
  Module module;
  module.name = read_name(parts[0]);
  module.file = read_name(parts[1]);
  if (parts[2].text() != module.name) parts[2].refuse("the module's name is expected");
  if (parts[3].text() != "Model") parts[3].refuse("Model is expected");
  module.level = parts[4].index(4);
  module.operation = read_name(parts[5]);
  module.original_class = parts[6].text();
  module.hash = read_name(parts[7]);
  const auto workload = parts[8].members({"inputs", "parameters", "outputs"});
  module.inputs = read_ports(workload[0]);
  module.parameters = read_ports(workload[1]);
  module.outputs = read_ports(workload[2]);
  module.deterministic = parts[9].flag();
  module.by_catalogue = parts[10].flag();
  for (const JsonPlace& name : parts[11].items()) module.uncounted.push_back(name.text());
  module.own = read_cost(parts[12]);
  module.total = read_cost(parts[13]);
  for (const JsonPlace& use : parts[14].items()) {
    const auto fields = use.members({"model", "folder", "count"});
    module.uses.push_back({read_name(fields[0]), fields[1].text(), read_count(fields[2]).value()});
  }
  return module;
}

void require_unique(const Registry& registry, const std::filesystem::path& file) {
  std::map<std::string, std::string> hash_of;
  std::map<std::string, std::string> name_of;
  for (const Module& module : registry.modules) {
    if (!hash_of.emplace(module.name, module.hash).second) {
      throw Error("registry.conflict",
                  fmt::format("{}: a name belongs to one module; got '{}' for hashes {} and {}; "
                              "decompose the models again",
                              file.string(), module.name, hash_of[module.name], module.hash));
    }
    if (!name_of.emplace(module.hash, module.name).second) {
      throw Error("registry.conflict",
                  fmt::format("{}: a module has one name; got '{}' and '{}' for hash {}; decompose "
                              "the models again",
                              file.string(), name_of[module.hash], module.name, module.hash));
    }
  }
}

}  // namespace

std::string registry_text(const Registry& registry) {
  std::string text = fmt::format("{{\n \"schema\": \"{}\",\n \"modules\": [", kSchema);
  for (std::size_t i = 0; i < registry.modules.size(); ++i)
    text += (i == 0 ? "\n  " : ",\n  ") + module_json(registry.modules[i]).dump();
  return text + "\n ]\n}\n";
}

Registry read_registry(const std::filesystem::path& file) {
  std::ifstream in = open_regular_file(file);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.is_open() || !in) {
    throw Error("registry.missing",
                fmt::format("{}: names come from this file; got none; make it with 'strata "
                            "decompose MODEL.pt2 --out FOLDER'",
                            file.string()));
  }
  const JsonPlace root = JsonPlace::document(text.str(), file.string(), kSchema);
  Registry registry;
  for (const JsonPlace& module : root.members({"schema", "modules"})[1].items())
    registry.modules.push_back(read_module(module));
  require_unique(registry, file);
  return registry;
}

}  // namespace strata
