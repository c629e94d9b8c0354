#include "verifier/safetensors.h"

#include <ATen/ATen.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "kernels_l0/error.h"
#include "verifier/descriptor.h"

// The format: an 8-byte little-endian length, that many bytes of JSON
// {"name": {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {...}}, the data.

namespace strata {
namespace {

static_assert(std::endian::native == std::endian::little);

using nlohmann::json;

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kDataAlignment = 64;  // bytes; what vectorised kernels like

constexpr auto kDtypes = std::to_array<std::pair<std::string_view, at::ScalarType>>({
    {"F64", at::kDouble},
    {"F32", at::kFloat},
    {"F16", at::kHalf},
    {"BF16", at::kBFloat16},
    {"I64", at::kLong},
    {"I32", at::kInt},
    {"I16", at::kShort},
    {"I8", at::kChar},
    {"U8", at::kByte},
    {"U16", at::kUInt16},
    {"U32", at::kUInt32},
    {"U64", at::kUInt64},
    {"BOOL", at::kBool},
    {"C64", at::kComplexFloat},
    {"F8_E4M3", at::kFloat8_e4m3fn},
    {"F8_E5M2", at::kFloat8_e5m2},
});

class Reader {
 public:
  explicit Reader(std::filesystem::path file) : file_(std::move(file)) {
    const Descriptor descriptor(::open(file_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor.open()) refuse("", "a file that can be opened", std::strerror(errno));
    map_ = std::make_shared<PrivateMapping>(descriptor.number());
  }

  std::map<std::string, at::Tensor> read() {
    const json header = read_header();
    std::map<std::string, at::Tensor> tensors;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> spans;
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") continue;
      tensors.emplace(name, tensor(name, entry, spans));
    }
    check_spans(spans);
    return tensors;
  }

 private:
  [[noreturn]] void refuse(const std::string& place, const std::string& expected,
                           const std::string& got) const {
    throw Error("safetensors.read",
                fmt::format("{}: {} is expected; got {}; write the file anew", file_.string(),
                            expected, got),
                place);
  }

  json read_header() {
    std::uint64_t length = 0;
    if (map_->size() < kLengthBytes) refuse("", "a header", fmt::format("{} bytes", map_->size()));
    std::memcpy(&length, map_->data(), kLengthBytes);
    if (length > map_->size() - kLengthBytes)
      refuse("", fmt::format("a header of {} bytes", length), "the end of the file");
    data_start_ = kLengthBytes + length;
    const auto* text = reinterpret_cast<const char*>(map_->data()) + kLengthBytes;
    json header = json::parse(text, text + length, nullptr, false);
    if (!header.is_object()) refuse("", "a JSON object", "something else");
    return header;
  }

  at::Tensor tensor(const std::string& name, const json& entry,
                    std::vector<std::pair<std::uint64_t, std::uint64_t>>& spans) {
    const std::string place = (json::json_pointer() / name).to_string();
    if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") ||
        !entry.contains("shape") || !entry.contains("data_offsets"))
      refuse(place, "dtype, shape, data_offsets", entry.dump());
    const auto known = std::find_if(kDtypes.begin(), kDtypes.end(), [&](const auto& candidate) {
      return entry["dtype"] == candidate.first;
    });
    if (known == kDtypes.end()) refuse(place + "/dtype", "a known dtype", entry["dtype"].dump());
    const json& offsets = entry["data_offsets"];
    if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
        !offsets[1].is_number_unsigned())
      refuse(place + "/data_offsets", "two offsets", offsets.dump());
    const auto begin = offsets[0].get<std::uint64_t>();
    const auto end = offsets[1].get<std::uint64_t>();
    const std::uint64_t available = map_->size() - data_start_;
    if (begin > end || end > available)
      refuse(place + "/data_offsets", fmt::format("offsets within {} bytes", available),
             offsets.dump());
    const auto sizes = shape(place, entry["shape"]);
    std::uint64_t bytes = c10::elementSize(known->second);
    for (const std::int64_t size : sizes)
      if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes))
        refuse(place + "/shape", "a shape that fits its bytes", entry["shape"].dump());
    if (bytes != end - begin)
      refuse(place, fmt::format("{} bytes", bytes), fmt::format("{}", end - begin));
    spans.emplace_back(begin, end);
    return over(map_->data() + data_start_ + begin, sizes, known->second);
  }

  std::vector<std::int64_t> shape(const std::string& place, const json& shape) const {
    if (!shape.is_array()) refuse(place + "/shape", "a list", shape.dump());
    std::vector<std::int64_t> sizes;
    for (const json& size : shape) {
      if (!size.is_number_unsigned() || size.get<std::uint64_t>() > INT64_MAX)
        refuse(place + "/shape", "sizes", shape.dump());
      sizes.push_back(size.get<std::int64_t>());
    }
    return sizes;
  }

  at::Tensor over(std::byte* bytes, const std::vector<std::int64_t>& sizes,
                  at::ScalarType dtype) const {
    const auto address = reinterpret_cast<std::uintptr_t>(bytes);
    at::Tensor tensor = at::from_blob(bytes, sizes, [map = map_](void*) {}, at::dtype(dtype));
    return address % c10::elementSize(dtype) == 0 ? tensor : unaligned_copy(bytes, sizes, dtype);
  }

  static at::Tensor unaligned_copy(const std::byte* bytes, const std::vector<std::int64_t>& sizes,
                                   at::ScalarType dtype) {
    at::Tensor copy = at::empty(sizes, at::dtype(dtype));
    std::memcpy(copy.data_ptr(), bytes, copy.nbytes());
    return copy;
  }

  void check_spans(std::vector<std::pair<std::uint64_t, std::uint64_t>>& spans) const {
    std::sort(spans.begin(), spans.end());
    std::uint64_t next = 0;
    for (const auto& [begin, end] : spans) {
      if (begin != next)
        refuse("", fmt::format("data without gaps or overlaps at byte {}", next),
               fmt::format("a tensor at {}", begin));
      next = end;
    }
    if (next != map_->size() - data_start_)
      refuse("", fmt::format("the end of the file after {} bytes of data", next), "more");
  }

  std::filesystem::path file_;
  std::shared_ptr<PrivateMapping> map_;
  std::uint64_t data_start_ = 0;
};

std::string header_text(const std::map<std::string, at::Tensor>& tensors,
                        const std::map<std::string, std::string>& metadata) {
  json header = json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t next = 0;
  for (const auto& [name, tensor] : tensors) {
    const auto known = std::find_if(kDtypes.begin(), kDtypes.end(), [&](const auto& candidate) {
      return candidate.second == tensor.scalar_type();
    });
    if (known == kDtypes.end()) {
      throw Error("safetensors.write", fmt::format("{}: the format has no dtype for {}", name,
                                                   c10::toString(tensor.scalar_type())));
    }
    const std::uint64_t bytes =
        static_cast<std::uint64_t>(tensor.numel()) * c10::elementSize(tensor.scalar_type());
    header[name] = {{"dtype", known->first},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {next, next + bytes}}};
    next += bytes;
  }
  std::string text = header.dump();
  text.resize((text.size() + kLengthBytes + kDataAlignment - 1) / kDataAlignment * kDataAlignment -
                  kLengthBytes,
              ' ');
  return text;
}

}  // namespace

std::map<std::string, at::Tensor> read_safetensors(const std::filesystem::path& file) {
  return Reader(file).read();
}

void write_safetensors(const std::filesystem::path& file,
                       const std::map<std::string, at::Tensor>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  const std::string header = header_text(tensors, metadata);
  std::filesystem::path staged = file;
  staged += fmt::format(".{}.tmp", ::getpid());
  std::ofstream out(staged, std::ios::binary);
  const std::uint64_t length = header.size();
  out.write(reinterpret_cast<const char*>(&length), sizeof length);
  out.write(header.data(), static_cast<std::streamsize>(length));
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor flat = tensor.detach().contiguous();
    out.write(static_cast<const char*>(flat.const_data_ptr()),
              static_cast<std::streamsize>(flat.nbytes()));
  }
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(staged, file, error);
  if (!out || error) {
    std::error_code ignored;
    std::filesystem::remove(staged, ignored);
    throw Error("safetensors.write", fmt::format("{}: can't write the file; got {}", file.string(),
                                                 error ? error.message() : "a write error"));
  }
}

}  // namespace strata
