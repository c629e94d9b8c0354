#pragma once

#include <complex>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "kernels_l0/scalar_type.h"

namespace strata {

// Names a tensor: in a Graph an index into Graph::values, in a Component an index into
// Component::locals.
struct ValueRef {
  std::int32_t id = -1;
  bool present() const { return id >= 0; }  // false stands for None in a list of optional tensors
  friend bool operator==(ValueRef, ValueRef) = default;
  friend auto operator<=>(ValueRef, ValueRef) = default;
};

struct NoneArgument {
  friend bool operator==(NoneArgument, NoneArgument) = default;
};

enum class Layout : std::uint8_t { kStrided, kSparse, kOther };
enum class MemoryFormat : std::uint8_t { kContiguous, kChannelsLast, kChannelsLast3d, kPreserve };

struct Device {
  std::string type;         // "cpu", "cuda", "meta"
  std::int64_t index = -1;  // -1: none given
  friend bool operator==(const Device&, const Device&) = default;
};

// One argument of an operator call. A number may stand where the schema says Tensor: the executor
// then makes a 0-d tensor that takes part in type promotion as a number does.
using Argument =
    std::variant<NoneArgument, ValueRef, std::vector<ValueRef>, bool, std::int64_t, double,
                 std::complex<double>, std::string, std::vector<bool>, std::vector<std::int64_t>,
                 std::vector<double>, ScalarType, Layout, MemoryFormat, Device>;

// The tensors an argument names, in order; absent ones (None in a list) are left out.
std::vector<ValueRef> tensors_in(const Argument& argument);

}  // namespace strata
