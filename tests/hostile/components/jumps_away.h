#pragma once

// Jumps into a function that has returned.
// expect: (ended by signal|left with exit code|did not finish|must not make|threw)

#include <csetjmp>

#include "honest.h"

namespace jumps_away {

inline std::jmp_buf place;
[[gnu::noinline]] inline int remember() { return setjmp(place); }

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    remember();
    std::longjmp(place, 1);
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace jumps_away
