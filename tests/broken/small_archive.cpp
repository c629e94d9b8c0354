#include "tests/broken/small_archive.h"

#include <zlib.h>

#include <span>
#include <utility>

#include "decomposer/load/load.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kProgram = R"({
  "graph_module": {
    "graph": {
      "inputs": [{"as_tensor": {"name": "p_linear_weight"}}, {"as_tensor": {"name": "p_linear_bias"}},
                 {"as_tensor": {"name": "x"}}],
      "outputs": [{"as_tensor": {"name": "relu"}}],
      "nodes": [
        {"target": "torch.ops.aten.linear.default",
         "inputs": [{"name": "input", "arg": {"as_tensor": {"name": "x"}}, "kind": 1},
                    {"name": "weight", "arg": {"as_tensor": {"name": "p_linear_weight"}}, "kind": 1},
                    {"name": "bias", "arg": {"as_tensor": {"name": "p_linear_bias"}}, "kind": 1}],
         "outputs": [{"as_tensor": {"name": "linear"}}],
         "metadata": {"nn_module_stack": "L__self__,,Net;L__self___linear,linear,torch.nn.Linear"},
         "is_hop_single_tensor_return": null, "name": "linear"},
        {"target": "torch.ops.aten.relu.default",
         "inputs": [{"name": "self", "arg": {"as_tensor": {"name": "linear"}}, "kind": 1}],
         "outputs": [{"as_tensor": {"name": "relu"}}],
         "metadata": {"nn_module_stack": "L__self__,,Net"},
         "is_hop_single_tensor_return": null, "name": "relu"}],
      "tensor_values": {},
      "sym_int_values": {}, "sym_bool_values": {}, "is_single_tensor_return": false,
      "custom_obj_values": {}, "sym_float_values": {}},
    "signature": {
      "input_specs": [
        {"parameter": {"arg": {"name": "p_linear_weight"}, "parameter_name": "linear.weight"}},
        {"parameter": {"arg": {"name": "p_linear_bias"}, "parameter_name": "linear.bias"}},
        {"user_input": {"arg": {"as_tensor": {"name": "x"}}}}],
      "output_specs": [{"user_output": {"arg": {"as_tensor": {"name": "relu"}}}}]},
    "module_call_graph": [{"fqn": "", "signature": {"inputs": [], "outputs": [], "in_spec": "",
                           "out_spec": "", "forward_arg_names": ["x"]}}],
    "metadata": {}, "treespec_namedtuple_fields": {}},
  "opset_version": {"aten": 10}, "range_constraints": {}, "schema_version": {"major": 8, "minor": 20},
  "verifiers": ["TRAINING"], "torch_version": "2.13.0", "guards_code": []})";

Json payload(const std::string& record, const std::vector<std::int64_t>& sizes) {
  Json meta = tensor_meta(sizes);
  meta["requires_grad"] = true;
  return {{"path_name", record}, {"is_param", true}, {"use_pickle", false}, {"tensor_meta", meta}};
}

void append(std::string& text, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) text += static_cast<char>((number >> (8 * i)) & 0xFF);
}

// The fields that a local header and the directory share, from "version needed" to the name's
// length.
std::string zip_header(const std::string& name, const std::string& data) {
  std::string header;
  append(header, 20, 2);  // version needed
  append(header, 0, 2);   // flags
  append(header, 0, 2);   // method: stored
  append(header, 0, 4);   // time and date
  append(header,
         crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size())), 4);
  append(header, data.size(), 4);  // compressed
  append(header, data.size(), 4);  // uncompressed
  append(header, name.size(), 2);
  return header;
}

}  // namespace

nlohmann::ordered_json tensor_argument(const std::string& name) {
  return {{"as_tensor", {{"name", name}}}};
}

nlohmann::ordered_json named_argument(const std::string& name, Json argument) {
  return {{"name", name}, {"arg", std::move(argument)}, {"kind", 1}};
}

nlohmann::ordered_json tensor_meta(const std::vector<std::int64_t>& sizes) {
  Json meta = {{"dtype", 7},
               {"sizes", Json::array()},
               {"requires_grad", false},
               {"device", {{"type", "cpu"}, {"index", nullptr}}},
               {"strides", Json::array()},
               {"storage_offset", {{"as_int", 0}}},
               {"layout", 7}};
  std::int64_t stride = 1;
  for (auto size = sizes.rbegin(); size != sizes.rend(); ++size) {
    meta["sizes"].insert(meta["sizes"].begin(), Json{{"as_int", *size}});
    meta["strides"].insert(meta["strides"].begin(), Json{{"as_int", stride}});
    stride *= *size;
  }
  return meta;
}

SmallArchive::SmallArchive()
    : program(Json::parse(kProgram)),
      weights({{"config",
                {{"linear.weight", payload("weight_0", {4, 3})},
                 {"linear.bias", payload("weight_1", {4})}}}}),
      constants({{"config", Json::object()}}),
      records({{"archive_format", "pt2"},
               {"archive_version", "0"},
               {"byteorder", "little"},
               {".data/version", "6\n"},
               {"data/weights/weight_0", std::string(48, '\1')},
               {"data/weights/weight_1", std::string(16, '\2')}}) {
  Json& tensors = graph()["tensor_values"];
  tensors["p_linear_weight"] = tensor_meta({4, 3});
  tensors["p_linear_bias"] = tensor_meta({4});
  tensors["x"] = tensor_meta({2, 3});
  tensors["linear"] = tensor_meta({2, 4});
  tensors["relu"] = tensor_meta({2, 4});
}

void SmallArchive::add_node(const std::string& target, Json inputs, const std::string& result,
                            std::vector<std::int64_t> sizes) {
  nodes().push_back({{"target", target},
                     {"inputs", std::move(inputs)},
                     {"outputs", Json::array({tensor_argument(result)})},
                     {"metadata", {{"nn_module_stack", "L__self__,,Net"}}},
                     {"is_hop_single_tensor_return", nullptr},
                     {"name", result}});
  graph()["tensor_values"][result] = tensor_meta(sizes);
}

void SmallArchive::set_output(const std::string& result) {
  graph()["outputs"] = Json::array({tensor_argument(result)});
  signature()["output_specs"] =
      Json::array({{{"user_output", {{"arg", tensor_argument(result)}}}}});
}

std::map<std::string, std::string> SmallArchive::entries() const {
  std::map<std::string, std::string> all = records;
  all["models/model.json"] = program.dump();
  all["data/weights/model_weights_config.json"] = weights.dump();
  all["data/constants/model_constants_config.json"] = constants.dump();
  return all;
}

std::string SmallArchive::bytes() const { return zip_of(entries()); }

std::string zip_of(const std::map<std::string, std::string>& entries, const std::string& root) {
  std::string file;
  std::string directory;
  for (const auto& [entry, data] : entries) {
    const std::string name = root + "/" + entry;
    const std::string shared = zip_header(name, data);
    directory += "PK\x01\x02";
    append(directory, 20, 2);  // version made by
    directory += shared;
    directory += std::string(12, '\0');  // extra, comment, disk, attributes
    append(directory, file.size(), 4);
    directory += name;
    file += "PK\x03\x04" + shared;
    append(file, 0, 2);  // extra
    file += name + data;
  }
  const std::size_t start = file.size();
  file += directory + "PK\x05\x06";
  append(file, 0, 4);  // disks
  append(file, entries.size(), 2);
  append(file, entries.size(), 2);
  append(file, directory.size(), 4);
  append(file, start, 4);
  append(file, 0, 2);  // comment
  return file;
}

Graph load_bytes(const std::string& bytes) {
  const ZipArchive archive(std::as_bytes(std::span(bytes)), "small.pt2");
  return load_archive(archive, "small.pt2");
}

Graph load(const SmallArchive& archive) { return load_bytes(archive.bytes()); }

std::string error_of(const std::string& bytes) {
  try {
    load_bytes(bytes);
  } catch (const Error& error) {
    return error.what();
  }
  return "loaded";
}

std::string error_of(const SmallArchive& archive) { return error_of(archive.bytes()); }

}  // namespace strata
