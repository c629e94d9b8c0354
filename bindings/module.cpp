#include "bindings/bindings.h"

PYBIND11_MODULE(_strata, module) {
  module.attr("PROGRAMS") = STRATA_PROGRAM_DIR;
  strata::bind_errors(module);
  strata::bind_decomposer(module);
}
