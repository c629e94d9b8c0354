#include "decomposer/load/weights.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::uint64_t kAlignment = 16;  // bytes; enough for every element type

// The storage's bytes where they lie; a copy only when another program wrote them unaligned.
template <typename Map>
c10::Storage storage_over(const std::shared_ptr<Map>& map, const Storage& storage) {
  const auto size = static_cast<std::int64_t>(storage.size);
  std::byte* bytes = map->at(storage.file_offset);
  if (storage.file_offset % kAlignment != 0) {
    at::Tensor copy = at::empty({size}, at::kByte);
    std::memcpy(copy.data_ptr(), bytes, storage.size);
    return copy.storage();
  }
  const auto keep_map = [map](void*) {};
  return at::from_blob(bytes, {size}, keep_map, at::TensorOptions(at::kByte)).storage();
}

}  // namespace

// A private, writable map of a file.
class Weights::Mapping {
 public:
  explicit Mapping(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
      throw Error("weights.archive",
                  path.string() + ": can't open the archive: " + std::strerror(errno));
    }
    struct stat status{};
    if (::fstat(file, &status) == 0 && status.st_size > 0) {
      size_ = static_cast<std::uint64_t>(status.st_size);
      start_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file, 0);
    }
    const int error = errno;
    ::close(file);
    if (start_ == MAP_FAILED) {
      throw Error("weights.archive",
                  path.string() + ": can't map the archive: " + std::strerror(error));
    }
  }
  ~Mapping() { ::munmap(start_, size_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::byte* at(std::uint64_t offset) const { return static_cast<std::byte*>(start_) + offset; }
  std::uint64_t size() const { return size_; }
  void give_back() const { ::madvise(start_, size_, MADV_DONTNEED); }

 private:
  void* start_ = MAP_FAILED;
  std::uint64_t size_ = 0;
};

at::ScalarType torch_type(ScalarType type) {
  switch (type) {
    case ScalarType::kUInt8:
      return at::kByte;
    case ScalarType::kInt8:
      return at::kChar;
    case ScalarType::kInt16:
      return at::kShort;
    case ScalarType::kInt32:
      return at::kInt;
    case ScalarType::kInt64:
      return at::kLong;
    case ScalarType::kFloat16:
      return at::kHalf;
    case ScalarType::kFloat32:
      return at::kFloat;
    case ScalarType::kFloat64:
      return at::kDouble;
    case ScalarType::kComplex32:
      return at::kComplexHalf;
    case ScalarType::kComplex64:
      return at::kComplexFloat;
    case ScalarType::kComplex128:
      return at::kComplexDouble;
    case ScalarType::kBool:
      return at::kBool;
    case ScalarType::kBFloat16:
      return at::kBFloat16;
    case ScalarType::kUInt16:
      return at::kUInt16;
    case ScalarType::kUInt32:
      return at::kUInt32;
    case ScalarType::kUInt64:
      return at::kUInt64;
    case ScalarType::kFloat8E4M3FN:
      return at::kFloat8_e4m3fn;
    case ScalarType::kFloat8E5M2:
      return at::kFloat8_e5m2;
    case ScalarType::kFloat8E4M3FNUZ:
      return at::kFloat8_e4m3fnuz;
    case ScalarType::kFloat8E5M2FNUZ:
      return at::kFloat8_e5m2fnuz;
    case ScalarType::kFloat8E8M0FNU:
      return at::kFloat8_e8m0fnu;
  }
  throw Error("weights.type", "an element type without a LibTorch name");
}

Weights::Weights(const Graph& graph) {
  require_weights(graph);
  if (graph.storages.empty() && graph.parameters.empty()) return;
  map_ = std::make_shared<Mapping>(graph.archive);
  std::vector<c10::Storage> storages;
  for (const Storage& storage : graph.storages) {
    if (storage.file_offset > map_->size() || storage.size > map_->size() - storage.file_offset) {
      throw Error("weights.archive", graph.archive.string() +
                                         ": the file changed since it was loaded; '" +
                                         storage.record + "' no longer fits in its " +
                                         std::to_string(map_->size()) + " bytes; run again");
    }
    storages.push_back(storage_over(map_, storage));
  }
  for (const Parameter& parameter : graph.parameters) {
    // Set, not viewed: a view would lose requires_grad, which changes which kernels LibTorch picks.
    at::Tensor tensor = at::empty({0}, torch_type(parameter.meta.dtype));
    tensor.set_(storages.at(static_cast<std::size_t>(parameter.storage)),
                parameter.meta.storage_offset, parameter.meta.sizes, parameter.meta.strides);
    if (parameter.meta.requires_grad) tensor.set_requires_grad(true);
    tensors_.push_back(std::move(tensor));
  }
}

void Weights::give_back_pages() const {
  if (map_ != nullptr) map_->give_back();
}

}  // namespace strata
