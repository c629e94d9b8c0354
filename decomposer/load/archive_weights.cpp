#include "decomposer/load/archive_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 62;

std::int64_t concrete(const SymbolicNumber& number, std::string_view what) {
  const std::int64_t value = std::get<std::int64_t>(hint_of(number, what));
  if (value < 0)
    number.place.refuse("load.json",
                        fmt::format("a tensor's {} is not negative; got {}", what, value));
  return value;
}

// True when two tensors over one storage are one tensor.
bool same_tensor(const TensorMeta& a, const TensorMeta& b) {
  return a.dtype == b.dtype && a.sizes == b.sizes && a.strides == b.strides &&
         a.storage_offset == b.storage_offset;
}

}  // namespace

void refuse_without_hint(const SymbolicNumber& number, std::string_view name) {
  number.place.refuse(
      "load.no_hint",
      fmt::format("'{}' depends on the data (no hint was recorded); Strata decomposes "
                  "programs of known shapes; export the model without it",
                  name));
}

Argument hint_of(const SymbolicNumber& number, std::string_view name) {
  if (!number.hint) refuse_without_hint(number, name);
  return std::visit([](const auto& value) { return Argument(value); }, *number.hint);
}

TensorMeta concrete_meta(const ProgramTensor& tensor) {
  if (tensor.device.type != "cpu") {
    tensor.place.refuse(
        "load.device",
        fmt::format("tensors are on the CPU; got '{}'; move the model and its inputs to "
                    "the CPU before the export",
                    tensor.device.type));
  }
  if (tensor.layout != Layout::kStrided) {
    tensor.place.refuse("load.unsupported", "tensors are strided; got a sparse or foreign layout");
  }
  TensorMeta meta;
  meta.dtype = tensor.dtype;
  meta.requires_grad = tensor.requires_grad;
  std::int64_t elements = 1;
  for (const SymbolicNumber& size : tensor.sizes) {
    meta.sizes.push_back(concrete(size, "size"));
    if (__builtin_mul_overflow(elements, std::max<std::int64_t>(meta.sizes.back(), 1), &elements) ||
        elements > kMostElements) {
      tensor.place.refuse("load.json", "a tensor has fewer than 2^62 elements; got more");
    }
  }
  for (const SymbolicNumber& stride : tensor.strides)
    meta.strides.push_back(concrete(stride, "stride"));
  meta.storage_offset = concrete(tensor.storage_offset, "storage offset");
  return meta;
}

namespace {

// True when no weight has a byte: they were never made. One that is empty beside others that are
// not is damaged.
bool hold_no_bytes(const ZipArchive& archive, const NamedList<Payload>& weights) {
  return !weights.empty() && std::ranges::all_of(weights, [&](const auto& named) {
    const ZipEntry* entry = archive.find(fmt::format("data/weights/{}", named.second.path_name));
    return entry != nullptr && entry->size == 0;
  });
}

}  // namespace

ArchiveWeights::ArchiveWeights(const ZipArchive& archive, const NamedList<Payload>& weights,
                               const NamedList<Payload>& constants)
    : archive_(archive), payloads_(weights), structure_only_(hold_no_bytes(archive, weights)) {
  for (const auto& [name, payload] : weights) weights_.emplace(name, &payload);
  for (const auto& [name, payload] : constants) constants_.emplace(name, &payload);
}

std::int32_t ArchiveWeights::storage_of(Graph& graph, const std::string& record, JsonValue place) {
  const auto [known, added] =
      storages_.try_emplace(record, static_cast<std::int32_t>(graph.storages.size()));
  if (added) {
    const ZipEntry* entry = archive_.find(record);
    if (entry == nullptr) {
      place.refuse("load.weight",
                   fmt::format("the archive has no entry '{}'; export the model again", record));
    }
    graph.storages.push_back({record, entry->offset, entry->size, entry->crc32});
  }
  return known->second;
}

Parameter ArchiveWeights::find(Graph& graph, std::string_view name, ParameterKind kind,
                               bool persistent, JsonValue place) {
  const bool constant = kind == ParameterKind::kConstant || !persistent;
  const auto& table = constant ? constants_ : weights_;
  const auto found = table.find(name);
  if (found == table.end()) {
    place.refuse(
        "load.weight",
        fmt::format("'{}' is not in the archive's {} configuration; export the model again", name,
                    constant ? "constants" : "weights"));
  }
  const Payload& payload = *found->second;
  if (payload.pickled || !payload.tensor) {
    payload.place.refuse(
        "load.unsupported",
        fmt::format("'{}' is stored as a Python pickle (a custom object or a tensor "
                    "subclass); Strata reads plain tensors only",
                    name));
  }
  Parameter parameter;
  parameter.name = name;
  parameter.kind = kind;
  parameter.persistent = persistent;
  parameter.meta = concrete_meta(*payload.tensor);
  const std::string record =
      fmt::format("data/{}/{}", constant ? "constants" : "weights", payload.path_name);
  const std::optional<std::uint64_t> reached = bytes_reached(parameter.meta);
  if (!reached) {
    payload.place.refuse("load.weight",
                         "sizes, strides and offset address fewer than 2^63 bytes; got more");
  }
  const ZipEntry* entry = archive_.find(record);
  if (structure_only_ && entry != nullptr && entry->size == 0 && *reached > 0) {
    // The structure alone: the weights were never made, and share this record without sharing
    // anything.
    graph.structure_only = true;
    parameter.storage = static_cast<std::int32_t>(graph.storages.size());
    graph.storages.push_back({record, entry->offset, 0, entry->crc32});
    return parameter;
  }
  parameter.storage = storage_of(graph, record, payload.place);
  const std::uint64_t present = graph.storages[static_cast<std::size_t>(parameter.storage)].size;
  if (*reached > present) {
    payload.place.refuse(
        "load.weight",
        fmt::format("'{}' lies within its storage; got {} bytes in '{}', expected at "
                    "least {}; export the model again",
                    name, present, record, *reached));
  }
  return parameter;
}

std::vector<Parameter> ArchiveWeights::other_names(const Graph& graph) const {
  std::unordered_set<std::string_view> listed;
  std::unordered_map<std::string_view, std::vector<const Parameter*>> by_record;
  for (const Parameter& parameter : graph.parameters) {
    listed.insert(parameter.name);
    by_record[graph.storages[static_cast<std::size_t>(parameter.storage)].record].push_back(
        &parameter);
  }
  std::vector<Parameter> others;
  for (const auto& [name, payload] : payloads_) {
    const auto sharing = by_record.find(fmt::format("data/weights/{}", payload.path_name));
    if (listed.contains(name) || payload.pickled || !payload.tensor || sharing == by_record.end())
      continue;
    const TensorMeta meta = concrete_meta(*payload.tensor);
    for (const Parameter* parameter : sharing->second) {
      if (!same_tensor(parameter->meta, meta)) continue;
      Parameter other = *parameter;
      other.name = name;
      others.push_back(std::move(other));
      break;
    }
  }
  return others;
}

}  // namespace strata
