#include "verifier/random_fill.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <numbers>

namespace strata {
namespace {

constexpr std::int64_t kGrain = 1 << 14;  // elements per piece of parallel work
constexpr std::int64_t kBlock = 1 << 18;  // elements drawn before they are converted

// SplitMix64's finaliser (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
// 2014).
std::uint64_t scrambled(std::uint64_t word) {
  word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
  word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
  return word ^ (word >> 31);
}

std::uint64_t key_of(std::uint64_t seed, std::uint64_t stream) {
  return scrambled(seed + 0x9E3779B97F4A7C15) ^ scrambled(stream + 1);
}

std::uint64_t word_at(std::uint64_t key, std::uint64_t element) {
  return scrambled(key + (element + 1) * 0x9E3779B97F4A7C15);
}

// 24 bits to the middle of one of 2^24 intervals of (0, 1).
float unit(std::uint32_t bits) { return (static_cast<float>(bits >> 8) + 0.5F) * 0x1p-24F; }

// Fills contiguous memory with the stream's elements from `first` on. `draw(data, key, first,
// count)` fills a run of them.
template <typename T, typename Draw>
void generate(T* data, std::int64_t first, std::int64_t count, std::uint64_t seed,
              std::uint64_t stream, Draw draw) {
  const std::uint64_t key = key_of(seed, stream);
  at::parallel_for(0, count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    draw(data + begin, key, static_cast<std::uint64_t>(first + begin), end - begin);
  });
}

// Fills a tensor of any dtype and strides with what `draw` makes of type T, a few rows at a time.
template <typename T, typename Draw>
void fill_by_rows(const at::Tensor& target, std::uint64_t seed, std::uint64_t stream, Draw draw) {
  if (target.numel() == 0) return;
  const at::Tensor rows = target.dim() == 0 ? target.unsqueeze(0) : target;
  const std::int64_t width = rows.numel() / rows.size(0);
  const std::int64_t step = std::max<std::int64_t>(1, kBlock / width);
  for (std::int64_t row = 0; row < rows.size(0); row += step) {
    const at::Tensor part = rows.narrow(0, row, std::min(step, rows.size(0) - row));
    const at::Tensor drawn = at::empty(part.sizes(), c10::CppTypeToScalarType<T>::value);
    generate(drawn.mutable_data_ptr<T>(), row * width, drawn.numel(), seed, stream, draw);
    part.copy_(drawn);
  }
}

// Near enough to normal, and several times faster than an exact transform: the sum of four uniform
// numbers of 16 bits, at mean 0 and variance 1; never beyond 3.5.
float normal_of(std::uint64_t word) {
  const auto sum = static_cast<std::int32_t>((word & 0xFFFF) + (word >> 16 & 0xFFFF) +
                                             (word >> 32 & 0xFFFF) + (word >> 48));
  constexpr float kScale = std::numbers::sqrt3_v<float> * 0x1p-16F;
  return (static_cast<float>(sum - 2 * 0xFFFF)) * kScale;
}

// Most of what is drawn, so worth the wider registers where there are some; AVX-512 alone
// multiplies words of 64 bits. A fused multiply-add would round otherwise: all clones give the same
// bits.
#ifdef __x86_64__
__attribute__((target_clones("avx512dq", "avx2", "default")))
#endif
void draw_normal(float* data, std::uint64_t key, std::uint64_t first, std::int64_t count,
                 float mean, float deviation) {
#pragma clang fp contract(off)
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint64_t word = word_at(key, first + static_cast<std::uint64_t>(i));
    data[i] = mean + deviation * normal_of(word);
  }
}

// Every real and complex floating-point dtype is drawn as float32.
template <typename Draw>
void fill_floats(const at::Tensor& tensor, std::uint64_t seed, std::uint64_t stream, Draw draw) {
  const c10::NoGradGuard no_grad;
  const at::Tensor target = tensor.detach();
  if (target.is_complex()) {
    const at::Tensor parts = at::view_as_real(target);
    fill_floats(parts, seed, stream, draw);
    return;
  }
  if (target.scalar_type() == at::kFloat && target.is_contiguous()) {
    generate(target.mutable_data_ptr<float>(), 0, target.numel(), seed, stream, draw);
    return;
  }
  fill_by_rows<float>(target, seed, stream, draw);
}

}  // namespace

std::uint64_t random_word(std::uint64_t seed, std::uint64_t stream, std::uint64_t element) {
  return word_at(key_of(seed, stream), element);
}

std::uint64_t stream_of(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
  for (const char character : name)
    hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001B3;
  return hash;
}

void fill_normal(const at::Tensor& tensor, double mean, double deviation, std::uint64_t seed,
                 std::uint64_t stream) {
  fill_floats(tensor, seed, stream,
              [=](float* data, std::uint64_t key, std::uint64_t first, std::int64_t count) {
                draw_normal(data, key, first, count, static_cast<float>(mean),
                            static_cast<float>(deviation));
              });
}

void fill_uniform(const at::Tensor& tensor, double low, double high, std::uint64_t seed,
                  std::uint64_t stream) {
  const auto least = static_cast<float>(low);
  const auto width = static_cast<float>(high - low);
  fill_floats(tensor, seed, stream,
              [=](float* data, std::uint64_t key, std::uint64_t first, std::int64_t count) {
                for (std::int64_t i = 0; i < count; ++i) {
                  const std::uint64_t word = word_at(key, first + static_cast<std::uint64_t>(i));
                  data[i] = least + width * unit(static_cast<std::uint32_t>(word));
                }
              });
}

void fill_integers(const at::Tensor& tensor, std::int64_t low, std::int64_t high,
                   std::uint64_t seed, std::uint64_t stream) {
  const c10::NoGradGuard no_grad;
  // 0 stands for 2^64: every integer.
  const std::uint64_t choices =
      static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  fill_by_rows<std::int64_t>(
      tensor, seed, stream,
      [=](std::int64_t* data, std::uint64_t key, std::uint64_t first, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
          const std::uint64_t word = word_at(key, first + static_cast<std::uint64_t>(i));
          const std::uint64_t step = choices == 0 ? word : word % choices;
          data[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + step);
        }
      });
}

}  // namespace strata
