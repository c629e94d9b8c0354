#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

namespace strata {

// Counter-based random numbers: a function of seed, stream and the element's number in row-major
// order, so equal on any number of threads and for any strides. `stream` tells tensors of one seed
// apart. Tensors of any real or complex floating-point dtype are filled in place.

// Approximately: the sum of four uniform numbers, within 3.5 deviations of the mean.
void fill_normal(const at::Tensor& tensor, double mean, double deviation, std::uint64_t seed,
                 std::uint64_t stream);
void fill_uniform(const at::Tensor& tensor, double low, double high, std::uint64_t seed,
                  std::uint64_t stream);
// Integers in [low, high], both included; bool as 0 and 1.
void fill_integers(const at::Tensor& tensor, std::int64_t low, std::int64_t high,
                   std::uint64_t seed, std::uint64_t stream);

// A stream of its own for a name.
std::uint64_t stream_of(std::string_view name);
// The number at a place of a stream.
std::uint64_t random_word(std::uint64_t seed, std::uint64_t stream, std::uint64_t element);

}  // namespace strata
