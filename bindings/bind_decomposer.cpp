#include <fmt/format.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>

#include "bindings/bindings.h"
#include "bindings/rows.h"
#include "decomposer/decompose.h"
#include "decomposer/emit/emit.h"
#include "decomposer/emit/show.h"
#include "decomposer/load/load.h"
#include "decomposer/tree/read.h"
#include "kernels_l0/error.h"
#include "verifier/sample_ranges.h"

namespace strata {
namespace {

namespace py = pybind11;
namespace fs = std::filesystem;

// Lets Ctrl-C end what runs between two stages.
void raise_if_interrupted() {
  const py::gil_scoped_acquire hold;
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

Tree decompose_for_python(const fs::path& model, const std::optional<fs::path>& out, bool force) {
  const py::gil_scoped_release others_run;
  Decomposition parts = decompose(model, raise_if_interrupted);
  if (out) {
    emit(parts.loaded, parts.normalised, parts.tree, *out, force, sample_ranges(parts.loaded));
  }
  return std::move(parts.tree);
}

std::string show_one(const Tree& tree, const std::string& name) {
  const auto found = std::ranges::find(tree.components, name, &Component::name);
  if (found == tree.components.end()) {
    throw Error("python.component",
                fmt::format("{}: must name a component of the tree; got none of that name; "
                            "Tree.components lists them",
                            name));
  }
  return show_component(tree, static_cast<ComponentId>(found - tree.components.begin()));
}

void bind_rows(py::module_& module) {
  py::class_<TensorRow>(module, "Tensor", "A tensor's name, shape and dtype.")
      .def_readonly("name", &TensorRow::name)
      .def_readonly("shape", &TensorRow::shape)
      .def_readonly("dtype", &TensorRow::dtype)
      .def("__repr__", &TensorRow::text);
  py::class_<NodeRow>(module, "Node", "One call of an operator in the original program.")
      .def_readonly("name", &NodeRow::name)
      .def_readonly("op", &NodeRow::op, "qualified: aten::linear")
      .def_readonly("module", &NodeRow::module, "path of the module that makes the call")
      .def_readonly("inputs", &NodeRow::inputs, "names of the tensors it reads")
      .def_readonly("outputs", &NodeRow::outputs, "names of the tensors it makes")
      .def("__repr__", &NodeRow::text);
  py::class_<ComponentRow>(module, "Component", "A definition: one file of an output folder.")
      .def_readonly("name", &ComponentRow::name)
      .def_readonly("level", &ComponentRow::level, "3 model, 2 layer, 1 fusion, 0 kernel")
      .def_readonly("operation", &ComponentRow::operation)
      .def_readonly("class_name", &ComponentRow::class_name, "the author's class, or empty")
      .def_readonly("description", &ComponentRow::description)
      .def_readonly("hash", &ComponentRow::hash, "structural, hexadecimal")
      .def_readonly("instances", &ComponentRow::instances, "how often the model uses it")
      .def_readonly("inputs", &ComponentRow::inputs)
      .def_readonly("outputs", &ComponentRow::outputs)
      .def_readonly("parameters", &ComponentRow::parameters)
      .def_readonly("children", &ComponentRow::children, "member name and component of each")
      .def("__repr__", &ComponentRow::text);
  py::class_<InstanceRow>(module, "Instance", "One place where a component is used.")
      .def_readonly("component", &InstanceRow::component)
      .def_readonly("path", &InstanceRow::path, "registered names from the root, dotted")
      .def_readonly("original_path", &InstanceRow::original_path, "the author's module path")
      .def_readonly("call", &InstanceRow::call)
      .def("__repr__", &InstanceRow::text);
}

}  // namespace

void bind_decomposer(py::module_& module) {
  bind_rows(module);
  py::class_<Graph>(module, "Program", "A program as it was exported. Weights stay in the file.")
      .def_readonly("name", &Graph::name)
      .def_readonly("archive", &Graph::archive)
      .def_readonly("digest", &Graph::archive_digest)
      .def_property_readonly("nodes", &node_rows, "list of Node, in the order of execution")
      .def_property_readonly("inputs", &input_rows, "list of Tensor")
      .def_property_readonly("parameters", &parameter_rows,
                             "list of Tensor: parameters, buffers and constants")
      .def("__repr__", [](const Graph& graph) {
        return fmt::format("<strata.Program {}: {} nodes, {} parameters>", graph.name,
                           graph.nodes.size(), graph.parameters.size());
      });
  py::class_<Tree>(module, "Tree", "All components and instances; str() shows it.")
      .def_property_readonly("components", &component_rows,
                             "list of Component, children before parents, the model last")
      .def_property_readonly("instances", &instance_rows,
                             "list of Instance, parents before children, the model first")
      .def("show", &show_one, py::arg("component"), "One component in detail, as text.")
      .def("__str__", [](const Tree& tree) { return show_tree(tree); })
      .def("__repr__", [](const Tree& tree) {
        return fmt::format("<strata.Tree {}: {} components, {} instances>",
                           tree.components.back().name, tree.components.size(),
                           tree.instances.size());
      });
  module.def(
      "load",
      [](const fs::path& model) {
        const py::gil_scoped_release others_run;
        return load_archive(model);
      },
      py::arg("model"), R"(Read a torch.export archive.

Parameters
----------
model
    The .pt2 file.

Returns
-------
Program

Raises
------
Error
    For anything missing, damaged, unknown or unsupported, with the place.)");
  module.def("decompose", &decompose_for_python, py::arg("model"), py::arg("out") = py::none(),
             py::arg("force") = false, R"(Take an exported model apart.

Parameters
----------
model
    The .pt2 file.
out
    Folder to write the C++ modules to; None: nothing is written.
force
    Overwrite a folder that has been edited.

Returns
-------
Tree

Raises
------
Error
    For what can't be loaded, taken apart or written.)");
  module.def(
      "read_tree", [](const fs::path& folder) { return read_tree(folder).tree; }, py::arg("folder"),
      R"(Read the tree of a folder that decompose wrote.

Returns
-------
Tree

Raises
------
Error
    When the folder holds none, or a damaged one.)");
}

}  // namespace strata
