#include "decomposer/tree/read.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <unordered_map>

#include "decomposer/tree/argument_json.h"
#include "decomposer/tree/json_place.h"
#include "decomposer/tree/well_formed.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

using ByName = std::unordered_map<std::string, std::int32_t>;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw Error(
        "tree.missing",
        fmt::format("{}: an output folder holds decomposition_tree.json; got none; make one with "
                    "'strata decompose MODEL.pt2 --out FOLDER'",
                    path.parent_path().string()));
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

ScalarType dtype_of(const JsonPlace& place) {
  const auto type = scalar_type_from_short_name(place.text());
  if (!type) place.refuse("a dtype is expected");
  return *type;
}

// A local, or null for none.
LocalId local_of(const JsonPlace& place, std::size_t locals) {
  return place.is_null() ? kNone : place.index(locals);
}

std::vector<LocalId> locals_of(const JsonPlace& place, std::size_t locals) {
  std::vector<LocalId> found;
  for (const JsonPlace& item : place.items()) found.push_back(local_of(item, locals));
  return found;
}

CallRole role_of(const JsonPlace& place) {
  const std::string role = place.text();
  if (role == "plumbing") return CallRole::kPlumbing;
  if (role == "arithmetic") return CallRole::kArithmetic;
  if (role == "kernel") return CallRole::kKernel;
  place.refuse("plumbing, arithmetic or kernel is expected");
}

ParameterKind kind_of(const JsonPlace& place) {
  const std::string kind = place.text();
  if (kind == "parameter") return ParameterKind::kParameter;
  if (kind == "buffer") return ParameterKind::kBuffer;
  if (kind == "constant") return ParameterKind::kConstant;
  place.refuse("parameter, buffer or constant is expected");
}

std::shared_ptr<const OperatorSchema> schema_of(const JsonPlace& place) {
  const std::string name = place.text();
  const std::size_t colons = name.find("::");
  if (colons == std::string::npos) place.refuse("an operator such as aten::add.Tensor is expected");
  const std::size_t dot = name.find('.', colons);
  const std::string overload = dot == std::string::npos ? "" : name.substr(dot + 1);
  return operator_schema(name.substr(0, colons),
                         name.substr(colons + 2, dot == std::string::npos ? dot : dot - colons - 2),
                         overload);
}

class TreeReader {
 public:
  explicit TreeReader(const Graph* graph) : graph_(graph) {
    if (!graph) return;
    for (std::size_t i = 0; i < graph->values.size(); ++i)
      values_[graph->values[i].name] = static_cast<std::int32_t>(i);
    for (std::size_t i = 0; i < graph->nodes.size(); ++i)
      nodes_[graph->nodes[i].name] = static_cast<std::int32_t>(i);
  }

  TreeDocument read(const JsonPlace& root) {
    const auto parts =
        root.members({"schema", "metadata", "components", "instances", "data_flow", "log"});
    TreeDocument document;
    document.metadata = metadata(parts[1]);
    for (const JsonPlace& place : parts[2].items()) add_component(place);
    for (const JsonPlace& place : parts[3].items()) add_instance(place);
    parts[4].items();  // follows from the rest
    for (const JsonPlace& place : parts[5].items()) {
      const auto entry = place.members({"stage", "subject", "decision", "reason"});
      tree_.log.push_back({entry[0].text(), entry[1].text(), entry[2].text(), entry[3].text()});
    }
    document.tree = std::move(tree_);
    document.weights = std::move(weights_);
    return document;
  }

 private:
  TreeMetadata metadata(const JsonPlace& place) const {
    const auto parts =
        place.members({"model", "archive", "archive_digest", "components", "instances"});
    TreeMetadata found{parts[0].text(), parts[1].text(), parts[2].text()};
    if (graph_ && found.archive_digest != graph_->archive_digest) {
      throw Error(
          "tree.archive",
          fmt::format(
              "{}: the tree belongs to the archive it was made from; got digest {}, expected {}; "
              "decompose this archive, or name the other",
              graph_->archive.string(), graph_->archive_digest, found.archive_digest));
    }
    return found;
  }

  std::int32_t component_named(const JsonPlace& place) const {
    const auto found = components_.find(place.text());
    if (found == components_.end()) place.refuse("a component that stands before is expected");
    return found->second;
  }

  void add_component(const JsonPlace& place) {
    const auto parts =
        place.members({"name", "level", "operation", "class", "description", "hash", "locals",
                       "inputs", "outputs", "parameters", "children", "body"});
    Component component;
    component.name = parts[0].text();
    component.level = parts[1].index(4);
    component.operation = parts[2].text();
    component.class_name = parts[3].text();
    component.description = parts[4].text();
    component.hash = parts[5].text();
    for (const JsonPlace& local : parts[6].items()) {
      const auto fields = local.members({"name", "shape", "dtype"});
      component.locals.push_back({fields[0].text(), fields[1].integers(), dtype_of(fields[2])});
    }
    const std::size_t locals = component.locals.size();
    for (const JsonPlace& id : parts[7].items()) component.inputs.push_back(id.index(locals));
    for (const JsonPlace& id : parts[8].items()) component.outputs.push_back(id.index(locals));
    for (const JsonPlace& parameter : parts[9].items()) {
      const auto fields = parameter.members({"name", "local", "kind", "strides", "requires_grad"});
      component.parameters.push_back({fields[0].text(), fields[1].index(locals), kind_of(fields[2]),
                                      fields[3].integers(), fields[4].flag()});
    }
    for (const JsonPlace& child : parts[10].items()) {
      const auto fields = child.members({"name", "index", "component"});
      std::optional<std::int32_t> index;
      if (!fields[1].is_null()) index = fields[1].index(INT32_MAX);
      component.children.push_back({fields[0].text(), index, component_named(fields[2])});
    }
    for (const JsonPlace& statement : parts[11].items())
      component.body.push_back(statement_of(statement, component));
    if (!components_.emplace(component.name, static_cast<std::int32_t>(tree_.components.size()))
             .second) {
      parts[0].refuse("names of components are different");
    }
    tree_.components.push_back(std::move(component));
  }

  static Statement statement_of(const JsonPlace& place, const Component& component) {
    const std::size_t locals = component.locals.size();
    if (place.value().is_object() && place.value().contains("child")) {
      const auto parts = place.members({"child", "inputs", "outputs"});
      ChildCall call{parts[0].index(component.children.size()), {}, locals_of(parts[2], locals)};
      for (const JsonPlace& id : parts[1].items()) call.inputs.push_back(id.index(locals));
      return call;
    }
    const auto parts = place.members({"op", "role", "arguments", "outputs"});
    OperatorCall call{schema_of(parts[0]), {}, locals_of(parts[3], locals), role_of(parts[1])};
    for (const JsonPlace& argument : parts[2].items())
      call.arguments.push_back(read_argument(argument, locals));
    if (call.arguments.size() != call.op->arguments.size()) {
      parts[2].refuse(fmt::format("{} takes {} arguments", call.op->qualified_name(),
                                  call.op->arguments.size()));
    }
    return call;
  }

  void add_instance(const JsonPlace& place) {
    const auto parts = place.members({"component", "parent", "statement", "path", "original_path",
                                      "call", "values", "nodes", "weights"});
    Instance instance;
    instance.component = component_named(parts[0]);
    if (!parts[1].is_null()) {
      instance.parent = parts[1].index(tree_.instances.size());
      const ComponentId parent =
          tree_.instances[static_cast<std::size_t>(instance.parent)].component;
      instance.statement =
          parts[2].index(tree_.components[static_cast<std::size_t>(parent)].body.size());
    } else if (!parts[2].is_null()) {
      parts[2].refuse("null is expected, as there is no parent");
    }
    instance.path = parts[3].text();
    instance.original_path = parts[4].text();
    instance.call = parts[5].index(INT32_MAX);
    for (const JsonPlace& value : parts[6].items())
      add_named(instance.values, value, values_, "a value of the graph");
    for (const JsonPlace& node : parts[7].items())
      add_named(instance.nodes, node, nodes_, "a node of the graph");
    weights_.emplace_back();
    for (const JsonPlace& weight : parts[8].items()) add_weight(instance, weight);
    tree_.instances.push_back(std::move(instance));
  }

  void add_named(std::vector<std::int32_t>& list, const JsonPlace& place, const ByName& names,
                 const char* what) const {
    const std::string name = place.is_null() ? "" : place.text();
    if (!graph_) return;
    const auto found = names.find(name);
    if (found == names.end() && !place.is_null()) place.refuse(fmt::format("{} is expected", what));
    list.push_back(place.is_null() ? kNone : found->second);
  }

  void add_weight(Instance& instance, const JsonPlace& place) {
    const auto parts = place.members({"id", "name", "slice"});
    const std::int32_t id = parts[0].index(graph_ ? graph_->parameters.size() : INT32_MAX);
    const std::string name = parts[1].text();
    const std::string slice = parts[2].text();
    weights_.back().push_back({name, slice});
    if (!graph_) return;
    const Parameter& parameter = graph_->parameters[static_cast<std::size_t>(id)];
    if (parameter.name != name || parameter.slice != slice)
      place.refuse(fmt::format("weight {} is '{}'", id, parameter.name));
    instance.weights.push_back(id);
  }

  const Graph* graph_;
  ByName values_;
  ByName nodes_;
  ByName components_;
  Tree tree_;
  std::vector<std::vector<WeightName>> weights_;
};

TreeDocument read_document(const std::filesystem::path& folder, const Graph* graph) {
  const std::filesystem::path path = folder / "decomposition_tree.json";
  return TreeReader(graph).read(
      JsonPlace::document(read_file(path), path.string(), "decomposition_tree/1"));
}

}  // namespace

TreeDocument read_tree(const std::filesystem::path& folder) {
  return read_document(folder, nullptr);
}

TreeDocument read_tree(const std::filesystem::path& folder, const Graph& normalised) {
  TreeDocument document = read_document(folder, &normalised);
  require_well_formed(document.tree, normalised);
  return document;
}

}  // namespace strata
