#include "verifier/randomise.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

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
    fill(over_storage(storage, weights[id]), roles.at(id), seed,
         stream_of(parameter.name + parameter.slice));
    drawn.push_back(range);
  }
}

bool is_float_mask(const at::Tensor& sample) {
  const at::Tensor low = sample.min();
  const double least = low.item<double>();
  return least <= kMaskBound && sample.max().item<double>() == 0 &&
         (sample.eq(0) | sample.eq(low)).all().item<bool>();
}

// True in about half the places; in each row of the last dimension at least once.
at::Tensor fair_flags(const at::Tensor& like, std::uint64_t seed, std::uint64_t stream) {
  at::Tensor flags = at::empty(like.sizes(), at::kBool);
  fill_integers(flags, 0, 1, seed, stream);
  if (like.dim() == 0 || like.numel() == 0) return flags;
  const at::Tensor empty_rows = flags.any(-1, true).logical_not();
  flags.slice(-1, 0, 1).logical_or_(empty_rows);
  return flags;
}

at::Tensor fresh_floats(const at::Tensor& sample, std::uint64_t seed, std::uint64_t stream) {
  at::Tensor result = at::empty_like(sample);
  if (sample.numel() == 0) return result;
  if (sample.is_complex()) {
    fill_normal(result, 0, 1, seed, stream);
    return result;
  }
  if (is_float_mask(sample)) {
    result.copy_(sample.min().expand_as(sample));
    result.masked_fill_(fair_flags(sample, seed, stream), 0);
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
  return result;
}

at::Tensor fresh_integers(const at::Tensor& sample, std::uint64_t seed, std::uint64_t stream) {
  at::Tensor result = at::empty_like(sample);
  if (sample.numel() == 0) return result;
  const auto low = sample.min().item<std::int64_t>();
  const auto high = sample.max().item<std::int64_t>();
  if (low == 0 && high == 1) {
    result.copy_(fair_flags(sample, seed, stream));
  } else {
    fill_integers(result, low, high, seed, stream);
  }
  return result;
}

at::Tensor fresh_bools(const at::Tensor& sample, std::uint64_t seed, std::uint64_t stream) {
  if (sample.numel() == 0 || sample.all().item<bool>() || !sample.any().item<bool>())
    return sample.clone();
  at::Tensor result = at::empty_like(sample);
  result.copy_(fair_flags(sample, seed, stream));
  return result;
}

}  // namespace

std::vector<at::Tensor> room_for_weights(const std::vector<at::Tensor>& weights,
                                         const std::vector<ParameterId>& wanted) {
  std::vector<bool> is_wanted(weights.size(), wanted.empty());
  for (const ParameterId id : wanted) is_wanted.at(static_cast<std::size_t>(id)) = true;
  std::vector<at::Tensor> room(weights.size());
  for (const auto& [key, members] : members_of(weights)) {
    if (std::ranges::none_of(members, [&](std::size_t id) { return is_wanted[id]; })) continue;
    const auto bytes = static_cast<std::int64_t>(key->nbytes());
    const c10::Storage storage = at::empty({bytes}, at::kByte).storage();
    for (const std::size_t id : members)
      if (is_wanted[id]) room[id] = over_storage(storage, weights[id]);
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
    const at::Tensor plain = sample.detach();
    if (plain.is_floating_point() || plain.is_complex()) {
      result.push_back(fresh_floats(plain, seed, stream));
    } else if (plain.scalar_type() == at::kBool) {
      result.push_back(fresh_bools(plain, seed, stream));
    } else {
      result.push_back(fresh_integers(plain, seed, stream));
    }
  }
  return result;
}

}  // namespace strata
