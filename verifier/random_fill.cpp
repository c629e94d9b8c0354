#include "verifier/random_fill.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <numbers>

namespace strata {
namespace {

constexpr std::int64_t kGrain = 1 << 14;  // elements per piece of parallel work

// SplitMix64's finaliser (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
// 2014).
std::uint64_t scrambled(std::uint64_t word) {
  word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
  word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
  return word ^ (word >> 31);
}

// 24 bits to the middle of one of 2^24 intervals of (0, 1).
float unit(std::uint32_t bits) { return (static_cast<float>(bits >> 8) + 0.5F) * 0x1p-24F; }

// Calls `value(word, element)` for every element of a contiguous double or float buffer.
template <typename T, typename Value>
void generate(T* data, std::int64_t count, std::uint64_t seed, std::uint64_t stream, Value value) {
  at::parallel_for(0, count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      data[i] = static_cast<T>(value(random_word(seed, stream, static_cast<std::uint64_t>(i))));
  });
}

// Near enough to normal, and several times faster than an exact transform: the sum of four uniform
// numbers of 16 bits, at mean 0 and variance 1; never beyond 3.5.
float normal_of(std::uint64_t word) {
  const auto sum = static_cast<std::int32_t>((word & 0xFFFF) + (word >> 16 & 0xFFFF) +
                                             (word >> 32 & 0xFFFF) + (word >> 48));
  constexpr float kScale = std::numbers::sqrt3_v<float> * 0x1p-16F;
  return (static_cast<float>(sum - 2 * 0xFFFF)) * kScale;
}

// Fills float32 memory with `value(word)` and brings it to the tensor's dtype and strides.
template <typename Value>
void fill_floats(const at::Tensor& tensor, std::uint64_t seed, std::uint64_t stream, Value value) {
  const c10::NoGradGuard no_grad;
  const at::Tensor target = tensor.detach();
  if (target.is_complex()) {
    const at::Tensor parts = at::view_as_real(target);
    fill_floats(parts, seed, stream, value);
    return;
  }
  if (target.scalar_type() == at::kFloat && target.is_contiguous()) {
    generate(target.mutable_data_ptr<float>(), target.numel(), seed, stream, value);
    return;
  }
  const at::Tensor drawn = at::empty(target.sizes(), at::kFloat);
  generate(drawn.mutable_data_ptr<float>(), drawn.numel(), seed, stream, value);
  target.copy_(drawn);
}

}  // namespace

std::uint64_t random_word(std::uint64_t seed, std::uint64_t stream, std::uint64_t element) {
  const std::uint64_t key = scrambled(seed + 0x9E3779B97F4A7C15) ^ scrambled(stream + 1);
  return scrambled(key + (element + 1) * 0x9E3779B97F4A7C15);
}

std::uint64_t stream_of(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
  for (const char character : name)
    hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001B3;
  return hash;
}

void fill_normal(const at::Tensor& tensor, double mean, double deviation, std::uint64_t seed,
                 std::uint64_t stream) {
  fill_floats(tensor, seed, stream, [=](std::uint64_t word) {
    return static_cast<float>(mean) + static_cast<float>(deviation) * normal_of(word);
  });
}

void fill_uniform(const at::Tensor& tensor, double low, double high, std::uint64_t seed,
                  std::uint64_t stream) {
  fill_floats(tensor, seed, stream, [=](std::uint64_t word) {
    return static_cast<float>(low) +
           static_cast<float>(high - low) * unit(static_cast<std::uint32_t>(word));
  });
}

void fill_integers(const at::Tensor& tensor, std::int64_t low, std::int64_t high,
                   std::uint64_t seed, std::uint64_t stream) {
  const c10::NoGradGuard no_grad;
  // 0 stands for 2^64: every integer.
  const std::uint64_t choices =
      static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  const at::Tensor drawn = at::empty(tensor.sizes(), at::kLong);
  generate(drawn.mutable_data_ptr<std::int64_t>(), drawn.numel(), seed, stream,
           [=](std::uint64_t word) {
             const std::uint64_t step = choices == 0 ? word : word % choices;
             return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + step);
           });
  tensor.copy_(drawn);
}

}  // namespace strata
