#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "decomposer/cover/draft.h"

namespace strata {

using ElementIndex = std::vector<std::int64_t>;  // one per dimension

// Computes single elements of tensors that depend on no float activation: what a mask or a table
// holds, so that its name can be proved instead of guessed. Only the elements that are asked for,
// and what they need, are computed.
class IslandValues {
 public:
  // `inputs` says what an element of an input of the program holds.
  using Inputs = std::function<double(ValueId, const ElementIndex&)>;
  IslandValues(const Draft& draft, Inputs inputs);

  // nullopt when the element depends on a parameter, a buffer, an operator that is not known here,
  // or on more steps than a name is worth.
  std::optional<double> at(ValueId value, const ElementIndex& index);

 private:
  using Element = std::optional<double>;
  Element compute(const Node& node, ValueId value, const ElementIndex& index);
  Element elementwise(const Node& node, const ElementIndex& index);
  Element moved(const Node& node, ValueId value, const ElementIndex& index);
  Element gathered(const Node& node, const ElementIndex& index);
  Element summed_up(const Node& node, ValueId value, const ElementIndex& index);
  Element difference(const Node& node, ElementIndex index);
  // A number, or the element of a tensor that is broadcast to `index`.
  Element operand(const Argument& argument, const ElementIndex& index);

  const Draft& draft_;
  Inputs inputs_;
  std::int64_t steps_left_ = 2'000'000;
  std::unordered_map<ValueId, std::unordered_map<std::int64_t, double>> sums_;
};

}  // namespace strata
