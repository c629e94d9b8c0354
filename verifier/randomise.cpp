#include "verifier/randomise.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <numeric>

#include "kernels_l0/error.h"
#include "verifier/random_fill.h"

namespace strata {
namespace {

constexpr double kMaskBound = -1e4;  // a float mask's other value lies at or below this

void fill(const at::Tensor& tensor, const WeightRole& role, std::uint64_t seed,
          std::uint64_t stream) {
  switch (role.kind) {
    case WeightKind::kKeep:
      return;
    case WeightKind::kMatrix:
      return fill_normal(tensor, 0, 1 / std::sqrt(static_cast<double>(role.fan_in)), seed, stream);
    case WeightKind::kTable:
      return fill_normal(tensor, 0, 1, seed, stream);
    case WeightKind::kScale:
    case WeightKind::kVariance:
      return fill_uniform(tensor, 0.5, 1.5, seed, stream);
    case WeightKind::kShift:
      return fill_uniform(tensor, -0.5, 0.5, seed, stream);
  }
}

// The elements of its storage that a tensor may reach: [first, second).
std::pair<std::int64_t, std::int64_t> reach(const at::Tensor& tensor) {
  std::int64_t last = tensor.storage_offset();
  for (std::int64_t i = 0; i < tensor.dim(); ++i) last += (tensor.size(i) - 1) * tensor.stride(i);
  return {tensor.storage_offset(), tensor.numel() == 0 ? tensor.storage_offset() : last + 1};
}

at::Tensor over_storage(const c10::Storage& storage, const at::Tensor& like) {
  const c10::NoGradGuard no_grad;
  at::Tensor tensor = at::empty({0}, like.options());
  tensor.set_(storage, like.storage_offset(), like.sizes(), like.strides());
  tensor.set_requires_grad(like.requires_grad());
  return tensor;
}

// The parameters of each storage, ascending.
using Members = std::map<const c10::StorageImpl*, std::vector<std::size_t>>;
Members members_of(const std::vector<at::Tensor>& weights) {
  Members members;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i].defined()) members[weights[i].storage().unsafeGetStorageImpl()].push_back(i);
  }
  return members;
}

constexpr std::size_t kAlignment = 64;  // bytes; that of LibTorch's own memory

std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

// Memory that goes back to the system as soon as nothing uses it: an allocator would keep what a
// model's weights took up, beside the archive's that are read next.
class Pages {
 public:
  explicit Pages(std::size_t bytes) : bytes_(bytes) {
    start_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start_ == MAP_FAILED) {
      throw Error("randomise.memory",
                  fmt::format("weights to draw: {} bytes of memory are needed; got {}", bytes_,
                              std::strerror(errno)));
    }
  }
  ~Pages() { munmap(start_, bytes_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  std::byte* start() const { return static_cast<std::byte*>(start_); }

 private:
  std::size_t bytes_;
  void* start_ = nullptr;
};

// Draws all parameters of one storage, the largest first; `members` are ascending.
void draw_storage(const Graph& graph, const std::vector<at::Tensor>& weights,
                  const std::vector<WeightRole>& roles, std::uint64_t seed,
                  std::vector<std::size_t> members, const c10::Storage& storage) {
  std::ranges::stable_sort(members, [&](std::size_t first, std::size_t second) {
    return weights[first].numel() > weights[second].numel();
  });
  const at::Tensor& largest = weights[members.front()];
  const c10::Storage& old = largest.storage();
  if (roles.at(members.front()).kind == WeightKind::kKeep || largest.nbytes() != old.nbytes())
    std::memcpy(storage.mutable_data(), old.data(), old.nbytes());
  std::vector<std::pair<std::int64_t, std::int64_t>> drawn;
  for (const std::size_t id : members) {
    const auto range = reach(weights[id]);
    const bool done = std::any_of(drawn.begin(), drawn.end(), [&](const auto& other) {
      return other.first <= range.first && range.second <= other.second;
    });
    if (done) continue;
    const Parameter& parameter = graph.parameters[id];
    fill(unexpanded(over_storage(storage, weights[id])), roles.at(id), seed,
         stream_of(parameter.name + parameter.slice));
    drawn.push_back(range);
  }
}

// No two elements are the same memory, as far as the strides alone can tell.
bool stands_apart(const at::Tensor& tensor) {
  std::vector<std::pair<std::int64_t, std::int64_t>> steps;  // stride and size
  for (std::int64_t i = 0; i < tensor.dim(); ++i)
    if (tensor.size(i) > 1) steps.emplace_back(tensor.stride(i), tensor.size(i));
  std::ranges::sort(steps);
  std::int64_t covered = 1;
  for (const auto& [stride, size] : steps) {
    if (stride < covered) return false;
    covered = stride * (size - 1) + covered;
  }
  return true;
}

// Memory of the sample's strides, which kernels are picked by; those that overlap are left.
at::Tensor room_like(const at::Tensor& sample) {
  if (sample.is_non_overlapping_and_dense() || sample.numel() == 0 || !stands_apart(sample))
    return at::empty_like(sample);
  const auto [first, end] = reach(sample);
  return at::zeros({end - first}, sample.options()).as_strided(sample.sizes(), sample.strides());
}

bool is_float_mask(const at::Tensor& sample) {
  const at::Tensor low = sample.min();
  const double least = low.item<double>();
  return least <= kMaskBound && sample.max().item<double>() == 0 &&
         (sample.eq(0) | sample.eq(low)).all().item<bool>();
}

// At random, as many flags less as there are more than `most`.
void drop_flags(at::Tensor& flags, std::int64_t most, std::uint64_t seed, std::uint64_t stream) {
  const std::int64_t excess = flags.sum().item<std::int64_t>() - most;
  if (excess <= 0) return;
  at::Tensor keys = at::empty({flags.numel()}, at::kFloat);
  fill_uniform(keys, 0, 1, seed, stream + 1);
  keys.masked_fill_(flags.flatten().logical_not(), 2);
  flags.view({-1}).index_fill_(0, keys.argsort().slice(0, 0, excess), false);
}

// True in about half the places, but no more than `most`; in each row of the last dimension at
// least once, where rows have several places.
at::Tensor fair_flags(const at::Tensor& like, std::uint64_t seed, std::uint64_t stream,
                      std::int64_t most) {
  at::Tensor flags = at::empty(like.sizes(), at::kBool);
  fill_integers(flags, 0, 1, seed, stream);
  drop_flags(flags, most, seed, stream);
  if (like.dim() == 0 || like.numel() == 0 || like.size(-1) == 1) return flags;
  const at::Tensor empty_rows = flags.any(-1, true).logical_not();
  flags.slice(-1, 0, 1).logical_or_(empty_rows);
  return flags;
}

// Offsets into another tensor, say.
bool is_ascending(const at::Tensor& sample) {
  return sample.dim() == 1 && sample.numel() > 1 && (at::diff(sample) >= 0).all().item<bool>();
}

// Square matrices that equal their own transpose, of which many operators want that and more.
bool is_symmetric(const at::Tensor& sample) {
  return sample.dim() >= 2 && sample.size(-1) == sample.size(-2) && sample.size(-1) > 1 &&
         at::equal(sample, sample.mT());
}

at::Tensor fresh_floats(const at::Tensor& sample, std::uint64_t seed, std::uint64_t stream) {
  at::Tensor result = room_like(sample);
  if (sample.numel() == 0) return result;
  if (sample.is_complex()) {
    fill_normal(result, 0, 1, seed, stream);
    return result;
  }
  if (is_float_mask(sample)) {
    result.copy_(sample.min().expand_as(sample));
    result.masked_fill_(fair_flags(sample, seed, stream, sample.numel()), 0);
    return result;
  }
  const at::Tensor wide = sample.to(at::kDouble);
  const double mean = wide.mean().item<double>();
  const double deviation = wide.std(false).item<double>();
  if (!std::isfinite(mean) || !std::isfinite(deviation)) {
    fill_normal(result, 0, 1, seed, stream);
  } else {
    fill_normal(result, mean, std::clamp(deviation, 0.1, 10.0), seed, stream);
  }
  if (wide.min().item<double>() >= 0 && wide.max().item<double>() <= 1) {
    result.abs_().clamp_max_(1);  // probabilities
  }
  if (is_symmetric(wide)) {
    // As positive definite as any: a product with its transpose, and something on the diagonal.
    const at::Tensor half = result.to(at::kDouble);
    const at::Tensor product = at::matmul(half, half.mT());
    result.copy_((product + product.mT()) / 2 + at::eye(half.size(-1), half.options()));
  }
  return result;
}

at::Tensor fresh_integers(const at::Tensor& sample, std::uint64_t seed, std::uint64_t stream) {
  at::Tensor result = room_like(sample);
  if (sample.numel() == 0) return result;
  const auto low = sample.min().item<std::int64_t>();
  const auto high = sample.max().item<std::int64_t>();
  if (is_permutation(sample)) {
    at::Tensor keys = at::empty(sample.sizes(), at::kFloat);
    fill_uniform(keys, 0, 1, seed, stream);
    result.copy_(keys.argsort(/*stable=*/true));
  } else if (low == 0 && high == 1) {
    result.copy_(fair_flags(sample, seed, stream, sample.numel()));
  } else {
    fill_integers(result, low, high, seed, stream);
  }
  if (is_ascending(sample)) {
    result.copy_(std::get<0>(result.sort()));
    result[0] = low;
    result[result.numel() - 1] = high;  // where the last part ends
  }
  return result;
}

at::Tensor fresh_bools(const at::Tensor& sample, std::uint64_t seed, std::uint64_t stream) {
  if (sample.numel() == 0 || sample.all().item<bool>() || !sample.any().item<bool>())
    return sample.clone();
  at::Tensor result = room_like(sample);
  result.copy_(fair_flags(sample, seed, stream, sample.sum().item<std::int64_t>()));
  return result;
}

}  // namespace

at::Tensor unexpanded(at::Tensor tensor) {
  for (std::int64_t i = 0; i < tensor.dim(); ++i)
    if (tensor.stride(i) == 0 && tensor.size(i) > 1) tensor = tensor.narrow(i, 0, 1);
  return tensor;
}

bool is_permutation(const at::Tensor& sample) {
  return sample.dim() == 1 && sample.numel() > 1 &&
         at::isIntegralType(sample.scalar_type(), false) && !is_ascending(sample) &&
         at::equal(std::get<0>(sample.sort()), at::arange(sample.numel(), sample.options()));
}

std::vector<at::Tensor> room_for_weights(const std::vector<at::Tensor>& weights,
                                         const std::vector<ParameterId>& wanted) {
  std::vector<bool> is_wanted(weights.size());
  for (const ParameterId id : wanted) is_wanted.at(static_cast<std::size_t>(id)) = true;
  const auto is_used = [&](const std::vector<std::size_t>& members) {
    return std::ranges::any_of(members, [&](std::size_t id) { return is_wanted[id]; });
  };
  const Members all = members_of(weights);
  std::size_t bytes = kAlignment;
  for (const auto& [key, members] : all)
    if (is_used(members)) bytes += aligned(key->nbytes());
  const auto pages = std::make_shared<const Pages>(bytes);
  std::byte* free = pages->start();
  std::vector<at::Tensor> room(weights.size());
  for (const auto& [key, members] : all) {
    if (!is_used(members)) continue;
    const at::Tensor memory = at::from_blob(
        free, {static_cast<std::int64_t>(key->nbytes())}, [pages](void*) {},
        at::TensorOptions(at::kByte));
    free += aligned(key->nbytes());
    for (const std::size_t id : members)
      if (is_wanted[id]) room[id] = over_storage(memory.storage(), weights[id]);
  }
  return room;
}

void draw_weights(const Graph& graph, const std::vector<at::Tensor>& weights,
                  const std::vector<WeightRole>& roles, std::uint64_t seed,
                  const std::vector<at::Tensor>& room) {
  for (const auto& [key, members] : members_of(weights)) {
    const auto used =
        std::ranges::find_if(members, [&](std::size_t id) { return room.at(id).defined(); });
    if (used == members.end()) continue;
    draw_storage(graph, weights, roles, seed, members, room[*used].storage());
  }
}

std::vector<at::Tensor> fresh_inputs(const std::vector<at::Tensor>& samples, std::uint64_t seed) {
  const c10::NoGradGuard no_grad;
  std::vector<at::Tensor> result;
  for (const at::Tensor& sample : samples) {
    const std::uint64_t stream = stream_of(fmt::format("input {}", result.size()));
    const at::Tensor plain = unexpanded(sample.detach());
    const auto fresh = plain.is_floating_point() || plain.is_complex() ? fresh_floats
                       : plain.scalar_type() == at::kBool              ? fresh_bools
                                                                       : fresh_integers;
    result.push_back(fresh(plain, seed, stream).expand(sample.sizes()));
  }
  return result;
}

}  // namespace strata
