#include <ATen/ATen.h>

#include <bit>
#include <cstring>

#include "verifier/compare.h"

namespace strata {
namespace {

constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15;

std::uint64_t mixed(std::uint64_t state, std::uint64_t word) {
  state = (state ^ word) * kMultiplier;
  return state ^ (state >> 32);
}

}  // namespace

std::uint64_t checksum(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.detach().resolve_conj().resolve_neg().contiguous();
  std::uint64_t state = mixed(0, static_cast<std::uint64_t>(flat.scalar_type()));
  for (const std::int64_t size : flat.sizes())
    state = mixed(state, static_cast<std::uint64_t>(size));
  const auto* bytes = static_cast<const char*>(flat.const_data_ptr());
  std::size_t left = flat.nbytes();
  for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    state = mixed(state, word);
    bytes += sizeof word;
  }
  std::uint64_t rest = 0;
  if (left > 0) std::memcpy(&rest, bytes, left);
  return mixed(state, rest ^ (static_cast<std::uint64_t>(left) << 56));
}

}  // namespace strata
