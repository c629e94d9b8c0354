#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "verifier/verify_step.h"

namespace strata {

// "gpt2.pt2:transformer.h.0" in its two parts; nullopt for anything else.
struct ArchivePart {
  std::filesystem::path archive;
  std::string module;
};
std::optional<ArchivePart> archive_part(const std::string& text);

// "out/gpt2:step_02_gpt2_block_1x16x64_fp32" in its two parts; nullopt for anything else.
struct FolderStep {
  std::filesystem::path folder;
  std::string step;
};
std::optional<FolderStep> folder_step(const std::string& text);

// The files that judging reads, as far as they are there.
std::vector<std::filesystem::path> files_read(const VerifyStepOptions& options);

}  // namespace strata
