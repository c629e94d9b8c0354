#pragma once

#include <string>
#include <vector>

#include "decomposer/tree/tree.h"
#include "kernels_l0/kernel.h"
#include "kernels_l0/operation.h"

// What a tree costs: operations and bytes, exact and counted once, from the tree alone.

namespace strata {

// Bytes are those that must move: a kernel reads each of its inputs and parameters once, and writes
// its results once; what is made and used inside it stays there.
struct Cost {
  Flops flops;
  Count bytes_read;
  Count bytes_written;

  Count bytes() const { return bytes_read + bytes_written; }
  Cost& operator+=(const Cost& other);
  friend Cost operator+(Cost a, const Cost& b) { return a += b; }
  friend Cost operator*(const Cost& cost, Count times);
  friend bool operator==(const Cost&, const Cost&) = default;
};

struct ComponentCost {
  // A kernel's cost. Of a parent: arithmetic and plumbing that moves data between its children.
  Cost own;
  Cost total;  // own, and that of all children, as often as the body calls them
  // A kernel's formula: true when it is the catalogue's, false when it is the sum over its
  // operators.
  bool by_catalogue = false;
  // Operators, as "aten::fft_rfft", that no formula knows: their FLOPs are missing in `own`.
  std::vector<std::string> uncounted;
};

struct TreeCost {
  std::vector<ComponentCost> components;  // one per component of the tree
  std::vector<std::int64_t> uses;         // one per component: how many instances it has
  const Cost& total() const { return components.back().total; }  // the model's
};

// Throws Error{"cost.overflow"} when a number doesn't fit 63 bits.
TreeCost cost_of(const Tree& tree, const std::vector<Kernel>& catalogue);

// A call of the component's body as cost formulas see it.
Operation operation_of(const Component& component, const OperatorCall& call);

}  // namespace strata
