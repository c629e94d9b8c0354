#include "verifier/original_name.h"

#include "anticheat/component_files.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

void add_component(const fs::path& file, std::vector<fs::path>& files) {
  try {
    for (fs::path& each : component_files(file).files) files.push_back(std::move(each));
  } catch (const Error&) {
    // It is no component; whoever reads it says so.
  }
}

}  // namespace

std::optional<ArchivePart> archive_part(const std::string& text) {
  const std::size_t suffix = text.rfind(".pt2");
  if (suffix == std::string::npos) return std::nullopt;
  if (suffix + 4 == text.size()) return ArchivePart{text, ""};
  if (text[suffix + 4] != ':') return std::nullopt;
  return ArchivePart{text.substr(0, suffix + 4), text.substr(suffix + 5)};
}

std::optional<FolderStep> folder_step(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || !fs::is_directory(text.substr(0, colon))) return std::nullopt;
  return FolderStep{text.substr(0, colon), text.substr(colon + 1)};
}

std::vector<fs::path> files_read(const VerifyStepOptions& options) {
  std::vector<fs::path> files{options.refactored, options.weight_map};
  add_component(options.refactored, files);
  if (const auto step = folder_step(options.original)) {
    for (const char* name : {"decomposition_tree.json", "manifest.json"})
      files.push_back(step->folder / name);
  } else if (const auto part = archive_part(options.original)) {
    files.push_back(part->archive);
  } else {
    files.emplace_back(options.original);
    add_component(options.original, files);
  }
  return files;
}

}  // namespace strata
