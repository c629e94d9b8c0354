#pragma once

#include <ATen/core/Tensor.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "verifier/descriptor.h"

// Tensors that travel between processes: bytes in an anonymous file, the rest as JSON beside it.

namespace strata {

// Where a tensor stands in a file. Its strides are kept: they can change the bits of what is
// computed from it.
struct StoredTensor {
  std::vector<std::int64_t> sizes;
  std::vector<std::int64_t> strides;  // elements
  at::ScalarType dtype = at::kFloat;
  std::uint64_t offset = 0;  // bytes from the start of the file
  std::uint64_t bytes = 0;
};

// Appends a tensor. Elements that share memory (an expanded tensor) are stored once.
StoredTensor store_tensor(int file, const at::Tensor& tensor);

// The tensor, on the mapping's memory, which must outlive it. The description may come from a
// process that can't be trusted: throws Error{"runner.tensor"} when it reaches beyond the mapping.
at::Tensor stored_tensor(const PrivateMapping& mapping, const StoredTensor& stored);

nlohmann::json to_json(const StoredTensor& stored);
// Throws Error{"runner.tensor"} for anything but what to_json writes.
StoredTensor stored_tensor_from_json(const nlohmann::json& json);

}  // namespace strata
