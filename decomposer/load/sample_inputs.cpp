#include <torch/csrc/jit/serialization/pickle.h>

#include <exception>
#include <string>

#include "decomposer/load/weights.h"
#include "decomposer/load/zip_archive.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::string_view kFolder = "data/sample_inputs/";

[[noreturn]] void refuse(const Graph& graph, const std::string& message) {
  throw Error("weights.sample_inputs",
              graph.archive.string() + ": " + message + "; export the model again");
}

// The tensors inside tuples, lists and dicts, in order: how torch.utils._pytree flattens them.
void flatten(const c10::IValue& value, std::vector<at::Tensor>& tensors) {
  if (value.isTensor()) {
    tensors.push_back(value.toTensor());
  } else if (value.isTuple()) {
    for (const c10::IValue& item : value.toTupleRef().elements()) flatten(item, tensors);
  } else if (value.isList()) {
    for (const c10::IValue& item : value.toListRef()) flatten(item, tensors);
  } else if (value.isTensorList()) {
    for (const at::Tensor& item : value.toTensorVector()) tensors.push_back(item);
  } else if (value.isGenericDict()) {
    for (const auto& item : value.toGenericDict()) flatten(item.value(), tensors);
  }
}

std::string shape_text(at::IntArrayRef sizes) {
  std::string text;
  for (const std::int64_t size : sizes) text += (text.empty() ? "" : "x") + std::to_string(size);
  return "[" + text + "]";
}

}  // namespace

std::vector<at::Tensor> sample_inputs(const Graph& graph) {
  const ZipArchive archive(graph.archive);
  std::string record;
  for (auto entry = archive.entries().lower_bound(kFolder); entry != archive.entries().end();
       ++entry) {
    if (!entry->first.starts_with(kFolder)) break;
    if (entry->first.ends_with(".pt")) record = entry->first;
  }
  if (record.empty()) refuse(graph, "the archive holds no example inputs");
  const std::string_view bytes = archive.text(record);
  std::vector<at::Tensor> tensors;
  try {
    flatten(torch::jit::pickle_load(std::vector<char>(bytes.begin(), bytes.end())), tensors);
  } catch (const c10::Error& error) {
    refuse(graph,
           "the example inputs can't be read: " + std::string(error.what_without_backtrace()));
  } catch (const std::exception& error) {
    refuse(graph, "the example inputs can't be read: " + std::string(error.what()));
  }
  if (tensors.size() != graph.inputs.size()) {
    refuse(graph, "the program takes " + std::to_string(graph.inputs.size()) + " tensors; got " +
                      std::to_string(tensors.size()) + " example inputs");
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const TensorMeta& meta = graph.values.at(static_cast<std::size_t>(graph.inputs[i])).meta;
    if (tensors[i].sizes() != at::IntArrayRef(meta.sizes) ||
        tensors[i].scalar_type() != torch_type(meta.dtype)) {
      refuse(graph, "example input '" + graph.input_names.at(i) +
                        "' doesn't fit the program; got " + shape_text(tensors[i].sizes()) +
                        ", expected " + shape_text(meta.sizes) + " of its type");
    }
  }
  return tensors;
}

}  // namespace strata
