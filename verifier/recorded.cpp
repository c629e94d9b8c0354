#include "verifier/recorded.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <memory>
#include <set>

#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"
#include "kernels_l0/sha256.h"
#include "verifier/safetensors.h"

namespace strata {
namespace {

using nlohmann::json;
using Tensors = std::map<std::string, at::Tensor>;

std::string sha256_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error("record.read", fmt::format("{}: can't open the file", file.string()));
  Sha256 digest;
  std::vector<char> block(1 << 20);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    digest.add({block.data(), static_cast<std::size_t>(in.gcount())});
  return digest.hexadecimal();
}

// A spot of the document, which knows how to refuse.
struct Place {
  const json& value;
  std::string pointer;
  const std::filesystem::path& file;

  [[noreturn]] void refuse(const std::string& expected) const {
    std::string got = value.dump();
    if (got.size() > 60) got = got.substr(0, 60) + "...";
    throw Error("record.read",
                fmt::format("{}: {} is expected; got {}; export the model anew", file.string(),
                            expected, got),
                pointer);
  }
  // Exactly these keys.
  const Place& only(const std::set<std::string>& keys) const {
    if (!value.is_object()) refuse("an object");
    for (const auto& [key, entry] : value.items())
      if (!keys.contains(key)) refuse(fmt::format("an object without the unknown '{}'", key));
    for (const std::string& key : keys)
      if (!value.contains(key)) refuse(fmt::format("an object with '{}'", key));
    return *this;
  }
  Place at(const std::string& key) const {
    return {value.at(key), fmt::format("{}/{}", pointer, key), file};
  }
  std::vector<Place> elements() const {
    if (!value.is_array()) refuse("a list");
    std::vector<Place> places;
    for (std::size_t i = 0; i < value.size(); ++i)
      places.push_back({value[i], fmt::format("{}/{}", pointer, i), file});
    return places;
  }
  std::string text() const {
    if (!value.is_string()) refuse("a string");
    return value.get<std::string>();
  }
  bool flag() const {
    if (!value.is_boolean()) refuse("true or false");
    return value.get<bool>();
  }
  std::int64_t integer() const {
    if (!value.is_number_integer()) refuse("an integer");
    return value.get<std::int64_t>();
  }
  double real() const {
    if (value.is_number()) return value.get<double>();
    if (value == "inf") return std::numeric_limits<double>::infinity();
    if (value == "-inf") return -std::numeric_limits<double>::infinity();
    if (value == "nan") return std::numeric_limits<double>::quiet_NaN();
    refuse("a number");
  }
};

// PyTorch's own name: "float32", "int64", "bfloat16".
std::string python_name(at::ScalarType dtype) {
  switch (dtype) {
    case at::kFloat:
      return "float32";
    case at::kDouble:
      return "float64";
    case at::kHalf:
      return "float16";
    case at::kBFloat16:
      return "bfloat16";
    case at::kLong:
      return "int64";
    case at::kInt:
      return "int32";
    case at::kShort:
      return "int16";
    case at::kChar:
      return "int8";
    case at::kByte:
      return "uint8";
    case at::kBool:
      return "bool";
    case at::kComplexFloat:
      return "complex64";
    case at::kComplexDouble:
      return "complex128";
    default:
      return c10::toString(dtype);
  }
}

at::Tensor read_tensor(const Place& place, const Tensors& tensors) {
  const auto found = tensors.find(place.at("tensor").text());
  if (found == tensors.end())
    place.at("tensor").refuse("the name of a tensor in the tensors' file");
  const at::Tensor& tensor = found->second;
  const std::string dtype = python_name(tensor.scalar_type());
  if (place.at("dtype").text() != dtype) place.at("dtype").refuse(dtype);
  if (place.at("shape").value != json(tensor.sizes().vec()))
    place.at("shape").refuse(json(tensor.sizes().vec()).dump());
  return tensor;
}

RecordedValue read_value(const Place& place, const Tensors& tensors) {
  if (!place.value.is_object() || !place.value.contains("kind"))
    place.refuse("a value with its kind");
  const std::string kind = place.at("kind").text();
  if (kind == "tensor") {
    place.only({"kind", "tensor", "dtype", "shape"});
    return {read_tensor(place, tensors), NoneArgument{}};
  }
  if (kind == "none") {
    place.only({"kind"});
    return {};
  }
  place.only({"kind", "value"});
  const Place value = place.at("value");
  if (kind == "bool") return {{}, value.flag()};
  if (kind == "int") return {{}, value.integer()};
  if (kind == "float") return {{}, value.real()};
  if (kind == "string") return {{}, value.text()};
  place.at("kind").refuse("tensor, none, bool, int, float or string");
}

RecordedRun read_run(const Place& place, const Tensors& tensors) {
  place.only({"seed", "inputs", "outputs", "mutated_inputs", "mutated_buffers"});
  RecordedRun run;
  run.seed = place.at("seed").integer();
  for (const Place& input : place.at("inputs").elements())
    run.inputs.push_back(read_value(input, tensors));
  for (const Place& output : place.at("outputs").elements())
    run.outputs.push_back(read_value(output, tensors));
  for (const Place& mutated : place.at("mutated_inputs").elements()) {
    mutated.only({"input", "kind", "tensor", "dtype", "shape"});
    const std::int64_t input = mutated.at("input").integer();
    if (input < 0 || static_cast<std::size_t>(input) >= run.inputs.size())
      mutated.at("input").refuse("the index of an input");
    run.mutated_inputs.emplace(static_cast<std::size_t>(input), read_tensor(mutated, tensors));
  }
  const Place buffers = place.at("mutated_buffers");
  if (!buffers.value.is_object()) buffers.refuse("an object");
  for (const auto& [name, entry] : buffers.value.items()) {
    const Place buffer{entry, fmt::format("{}/{}", buffers.pointer, name), place.file};
    run.mutated_buffers.emplace(
        name, read_tensor(buffer.only({"kind", "tensor", "dtype", "shape"}), tensors));
  }
  return run;
}

Tensors read_tensors(const Place& place) {
  place.only({"file", "sha256"});
  const std::filesystem::path name = place.at("file").text();
  if (name.has_parent_path()) place.at("file").refuse("a name without a folder");
  const std::filesystem::path file = place.file.parent_path() / name;
  const std::string digest = sha256_of(file);
  if (place.at("sha256").text() != digest)
    place.at("sha256").refuse(fmt::format("{}, the digest of {}", digest, name.string()));
  return read_safetensors(file);
}

json parse_file(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw Error("record.read", fmt::format("{}: can't open the record", file.string()));
  json document = json::parse(in, nullptr, false);
  if (document.is_discarded())
    throw Error("record.read",
                fmt::format("{}: the record must be JSON; export the model anew", file.string()));
  return document;
}

}  // namespace

std::filesystem::path record_beside(const std::filesystem::path& archive) {
  return archive.parent_path() / (archive.stem().string() + ".recorded.json");
}

Record read_record(const std::filesystem::path& json_file) {
  const json document = parse_file(json_file);
  const Place root{document, "", json_file};
  root.only({"schema", "archive", "tensors", "source", "conditions", "input_names",
             "exported_program", "seeds"});
  if (root.at("schema").text() != "recorded_outputs/1")
    root.at("schema").refuse("recorded_outputs/1");
  Record record;
  const Place archive = root.at("archive");
  archive.only({"file", "bytes", "sha256"});
  record.archive_file = archive.at("file").text();
  record.archive_bytes = static_cast<std::uint64_t>(archive.at("bytes").integer());
  record.archive_sha256 = archive.at("sha256").text();
  record.source = document.at("source");
  record.conditions = conditions_from_json(document.at("conditions"), "/conditions");
  for (const Place& name : root.at("input_names").elements())
    record.input_names.push_back(name.text());
  const Place program = root.at("exported_program");
  program.only({"bit_equal_to_eager", "max_abs_error"});
  record.program_bit_equal = program.at("bit_equal_to_eager").flag();
  record.program_max_abs_error = program.at("max_abs_error").real();
  const Tensors tensors = read_tensors(root.at("tensors"));
  for (const Place& run : root.at("seeds").elements())
    record.runs.push_back(read_run(run, tensors));
  if (record.runs.empty()) root.at("seeds").refuse("at least one run");
  return record;
}

void check_is_for(const Record& record, const std::filesystem::path& archive) {
  std::error_code error;
  const std::uint64_t bytes = std::filesystem::file_size(archive, error);
  if (error || bytes != record.archive_bytes || sha256_of(archive) != record.archive_sha256) {
    throw Error("record.other_archive",
                fmt::format("{}: the record was made for other bytes; got {} bytes, expected {} "
                            "bytes with SHA-256 {}; export the model anew",
                            archive.string(), error ? 0 : bytes, record.archive_bytes,
                            record.archive_sha256));
  }
}

std::vector<at::Tensor> tensor_inputs(const RecordedRun& run, const Graph& graph) {
  std::vector<at::Tensor> tensors;
  for (const RecordedValue& input : run.inputs)
    if (input.tensor.defined()) tensors.push_back(input.tensor.clone());
  const auto refuse = [&](const std::string& got, const std::string& expected) {
    throw Error("record.inputs",
                fmt::format("{}: the record's inputs must fit the program's; got {}, expected {}; "
                            "export the model anew",
                            graph.name, got, expected));
  };
  if (tensors.size() != graph.inputs.size())
    refuse(fmt::format("{} tensors", tensors.size()), fmt::format("{}", graph.inputs.size()));
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Value& value = graph.values.at(static_cast<std::size_t>(graph.inputs[i]));
    if (tensors[i].sizes() != at::IntArrayRef(value.meta.sizes) ||
        tensors[i].scalar_type() != torch_type(value.meta.dtype))
      refuse(fmt::format("another shape or dtype of {}", value.name), "its own");
  }
  return tensors;
}

}  // namespace strata
