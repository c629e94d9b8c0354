#include "verifier/tensor_file.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "kernels_l0/error.h"

namespace strata {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& got) {
  throw Error(
      "runner.tensor",
      fmt::format("a tensor from another process: must describe bytes it wrote; got {}", got));
}

// Elements from the first to the last that the strides reach. Nothing when the sizes and strides
// are no layout.
std::int64_t span(const std::vector<std::int64_t>& sizes,
                  const std::vector<std::int64_t>& strides) {
  std::int64_t last = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] < 0 || strides[i] < 0) refuse("a negative size or stride");
    if (sizes[i] == 0) return 0;
    std::int64_t reach = 0;
    if (__builtin_mul_overflow(sizes[i] - 1, strides[i], &reach) ||
        __builtin_add_overflow(last, reach, &last)) {
      refuse("sizes that overflow");
    }
  }
  return last + 1;
}

}  // namespace

StoredTensor store_tensor(int file, const at::Tensor& given) {
  const at::Tensor tensor = given.resolve_conj().resolve_neg();
  StoredTensor stored;
  stored.sizes = tensor.sizes().vec();
  stored.strides = tensor.strides().vec();
  stored.dtype = tensor.scalar_type();
  stored.bytes =
      static_cast<std::uint64_t>(span(stored.sizes, stored.strides)) * tensor.element_size();
  stored.offset =
      append_bytes(file, stored.bytes > 0 ? tensor.const_data_ptr() : nullptr, stored.bytes);
  return stored;
}

at::Tensor stored_tensor(const PrivateMapping& mapping, const StoredTensor& stored) {
  if (stored.sizes.size() != stored.strides.size()) refuse("sizes and strides of different length");
  const auto elements = static_cast<std::uint64_t>(span(stored.sizes, stored.strides));
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(elements, c10::elementSize(stored.dtype), &bytes) ||
      bytes != stored.bytes) {
    refuse(fmt::format("{} bytes for {} elements", stored.bytes, elements));
  }
  if (stored.offset > mapping.size() || bytes > mapping.size() - stored.offset) {
    refuse(fmt::format("{} bytes at {} of {}", bytes, stored.offset, mapping.size()));
  }
  const at::TensorOptions options = at::TensorOptions().dtype(stored.dtype);
  if (bytes == 0) return at::empty_strided(stored.sizes, stored.strides, options);
  return at::from_blob(mapping.data() + stored.offset, stored.sizes, stored.strides, options);
}

json to_json(const StoredTensor& stored) {
  return {{"sizes", stored.sizes},
          {"strides", stored.strides},
          {"dtype", static_cast<int>(stored.dtype)},
          {"offset", stored.offset},
          {"bytes", stored.bytes}};
}

StoredTensor stored_tensor_from_json(const json& document) {
  try {
    StoredTensor stored;
    document.at("sizes").get_to(stored.sizes);
    document.at("strides").get_to(stored.strides);
    const int dtype = document.at("dtype").get<int>();
    if (dtype < 0 || dtype >= static_cast<int>(at::ScalarType::Undefined))
      refuse("an unknown dtype");
    stored.dtype = static_cast<at::ScalarType>(dtype);
    document.at("offset").get_to(stored.offset);
    document.at("bytes").get_to(stored.bytes);
    return stored;
  } catch (const json::exception& problem) {
    refuse(problem.what());
  }
}

}  // namespace strata
