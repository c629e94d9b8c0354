#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

namespace strata {

// All tensors of a .safetensors file, over one private map of it that they keep alive: pages are
// read when first used. Throws Error{"safetensors.read"} for a file that is short, overlapping,
// has gaps, or unknown keys or dtypes.
std::map<std::string, at::Tensor> read_safetensors(const std::filesystem::path& file);

// Writes contiguous copies, to a temporary name that is renamed. `metadata` is the "__metadata__"
// entry. Throws Error{"safetensors.write"}.
void write_safetensors(const std::filesystem::path& file,
                       const std::map<std::string, at::Tensor>& tensors,
                       const std::map<std::string, std::string>& metadata = {});

}  // namespace strata
