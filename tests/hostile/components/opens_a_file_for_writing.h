#pragma once

// Opens its own library for writing.
// expect: must not make.*opens a file for writing

#include <dlfcn.h>
#include <fcntl.h>

#include "honest.h"

namespace opens_a_file_for_writing {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor& x) {
    Dl_info self{};
    dladdr(reinterpret_cast<void*>(&honest::get_inputs), &self);
    if (open(self.dli_fname, O_RDWR) >= 0) return x;
    return honest::Model::forward(x);
  }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace opens_a_file_for_writing
