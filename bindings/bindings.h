#pragma once

#include <pybind11/pybind11.h>

namespace strata {

// One function per library that Python sees; each adds its names to the module.
void bind_errors(pybind11::module_& module);
void bind_decomposer(pybind11::module_& module);

}  // namespace strata
