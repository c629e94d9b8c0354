#pragma once

// Calls itself without end.
// expect: ended by signal 11

#include "honest.h"

namespace overflows_the_stack {

inline int deeper(int depth) {
  volatile char page[4096];
  page[depth % 4096] = 1;
  return depth == 0 ? 0 : page[depth % 4096] + deeper(depth + 1);
}

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) { return x + deeper(1); }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace overflows_the_stack
