#include "decomposer/load/load.h"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>

#include "decomposer/graph/well_formed.h"
#include "decomposer/load/archive_weights.h"
#include "decomposer/load/build_graph.h"
#include "decomposer/load/json_document.h"
#include "decomposer/load/module_signatures.h"
#include "decomposer/load/program.h"
#include "kernels_l0/error.h"
#include "kernels_l0/sha256.h"

namespace strata {
namespace {

constexpr std::string_view kModels = "models/";
constexpr std::string_view kJson = ".json";

void expect_text(const ZipArchive& archive, std::string_view entry, std::string_view expected,
                 std::string_view advice) {
  std::string_view text = archive.text(entry);
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (text != expected) {
    throw Error("load.format", fmt::format("{}: '{}' reads '{}'; got '{}'; {}", archive.name(),
                                           entry, expected, text.substr(0, 40), advice));
  }
}

// The name of the archive's only model: "model" for models/model.json.
std::string model_name(const ZipArchive& archive) {
  std::string found;
  for (auto entry = archive.entries().lower_bound(kModels); entry != archive.entries().end();
       ++entry) {
    const std::string& name = entry->first;
    if (!name.starts_with(kModels)) break;
    if (!name.ends_with(kJson)) continue;
    const std::string model =
        name.substr(kModels.size(), name.size() - kModels.size() - kJson.size());
    if (!found.empty()) {
      throw Error(
          "load.format",
          fmt::format(
              "{}: an archive holds one model; got '{}' and '{}'; save each to a file of its "
              "own",
              archive.name(), found, model));
    }
    found = model;
  }
  if (found.empty()) {
    throw Error(
        "load.format",
        fmt::format(
            "{}: an exported program lies in models/NAME.json; there is none; write the file "
            "with torch.export.save",
            archive.name()));
  }
  return found;
}

// The names of the tensors among a call's operands or results.
std::vector<std::string> tensor_names(const std::vector<ProgramArgument>& arguments) {
  std::vector<std::string> names;
  for (const ProgramArgument& argument : arguments) {
    if (const auto* one = std::get_if<TensorName>(&argument.value)) names.emplace_back(one->name);
    if (const auto* list = std::get_if<std::vector<TensorName>>(&argument.value)) {
      for (const TensorName& item : *list) names.emplace_back(item.name);
    }
  }
  return names;
}

}  // namespace

Graph load_archive(const ZipArchive& archive, const std::filesystem::path& path) {
  expect_text(archive, "archive_format", "pt2", "write the file with torch.export.save");
  expect_text(archive, "archive_version", "0", "export the model with PyTorch 2.13");
  expect_text(archive, "byteorder", "little", "export the model on a little-endian machine");

  const std::string model = model_name(archive);
  const std::array<std::string, 3> names = {
      fmt::format("models/{}.json", model),
      fmt::format("data/weights/{}_weights_config.json", model),
      fmt::format("data/constants/{}_constants_config.json", model)};
  Sha256 digest;
  const auto open = [&](const std::string& name) {
    const std::string_view text = archive.text(name);
    digest.add(text);
    return JsonDocument(text, name);
  };
  const JsonDocument program_json = open(names[0]);
  const JsonDocument weights_json = open(names[1]);
  const JsonDocument constants_json = open(names[2]);

  const Program program = read_program(program_json);
  const NamedList<Payload> weights = read_payloads(weights_json);
  const NamedList<Payload> constants = read_payloads(constants_json);
  ArchiveWeights payloads(archive, weights, constants);
  Graph graph = build_graph(program, payloads, path.stem().string());
  require_well_formed(graph);
  graph.archive = path;
  for (const Storage& storage : graph.storages) {
    digest.add(fmt::format("{} {} {:08x}\n", storage.record, storage.size, storage.crc32));
  }
  graph.archive_digest = digest.hexadecimal();
  return graph;
}

Graph load_archive(const std::filesystem::path& path) {
  return load_archive(ZipArchive(path), path);
}

std::vector<ModuleSignature> module_signatures(const std::filesystem::path& path) {
  const ZipArchive archive(path);
  const std::string name = fmt::format("models/{}.json", model_name(archive));
  const JsonDocument document(archive.text(name), name);
  std::vector<ModuleSignature> signatures;
  for (const KeptCall& call : read_program(document).calls) {
    signatures.push_back(
        {std::string(call.module), tensor_names(call.inputs), tensor_names(call.outputs)});
  }
  return signatures;
}

}  // namespace strata
