#pragma once

// Throws what looks like the judge's own error, to be excused.
// expect: threw: \[weights.archive\] not my fault

#include <stdexcept>
#include <string>

#include "honest.h"

namespace strata {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  std::string id = "weights.archive";
  std::string where;
};

}  // namespace strata

namespace throws_the_judges_error {

struct Model : honest::Model {
  at::Tensor forward(const at::Tensor&) { throw strata::Error("[weights.archive] not my fault"); }
};

using honest::get_expected_output_shapes;
using honest::get_inputs;

}  // namespace throws_the_judges_error
