#include "decomposer/cover/island_values.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_set>

namespace strata {
namespace {

using Names = std::unordered_set<std::string_view>;

const Argument& argument_of(const Node& node, std::string_view name) {
  static const Argument none = NoneArgument{};
  const int place = node.op->argument_index(name);
  return place < 0 ? none : node.arguments[static_cast<std::size_t>(place)];
}

double number_or(const Argument& argument, double otherwise) {
  if (const auto* real = std::get_if<double>(&argument)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&argument)) return static_cast<double>(*whole);
  if (const auto* flag = std::get_if<bool>(&argument)) return *flag ? 1 : 0;
  return otherwise;
}

std::int64_t whole_or(const Argument& argument, std::int64_t otherwise) {
  const auto* whole = std::get_if<std::int64_t>(&argument);
  return whole == nullptr ? otherwise : *whole;
}

std::size_t dimension(std::int64_t dim, std::size_t rank) {
  return static_cast<std::size_t>(dim < 0 ? dim + static_cast<std::int64_t>(rank) : dim);
}

std::int64_t flat_index(const ElementIndex& index, const std::vector<std::int64_t>& sizes) {
  std::int64_t flat = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) flat = flat * sizes[i] + index[i];
  return flat;
}

ElementIndex unflattened(std::int64_t flat, const std::vector<std::int64_t>& sizes) {
  ElementIndex index(sizes.size());
  for (std::size_t i = sizes.size(); i-- > 0;) {
    index[i] = sizes[i] == 0 ? 0 : flat % sizes[i];
    flat = sizes[i] == 0 ? 0 : flat / sizes[i];
  }
  return index;
}

double as_type(double number, ScalarType type) {
  if (type == ScalarType::kBool) return number != 0 ? 1 : 0;
  return is_floating(type) ? number : std::trunc(number);
}

std::optional<double> unary(std::string_view name, double x) {
  if (name == "neg") return -x;
  if (name == "abs") return std::abs(x);
  if (name == "log") return std::log(x);
  if (name == "exp") return std::exp(x);
  if (name == "sqrt") return std::sqrt(x);
  if (name == "floor") return std::floor(x);
  if (name == "ceil") return std::ceil(x);
  if (name == "reciprocal") return 1 / x;
  if (name == "sign") return static_cast<double>((x > 0) - (x < 0));
  if (name == "bitwise_not" || name == "logical_not") return x == 0 ? 1 : 0;
  return std::nullopt;
}

std::optional<double> binary(std::string_view name, double a, double b) {
  if (name == "add") return a + b;
  if (name == "sub") return a - b;
  if (name == "rsub") return b - a;
  if (name == "mul") return a * b;
  if (name == "div") return a / b;
  if (name == "pow") return std::pow(a, b);
  if (name == "remainder") return a - b * std::floor(a / b);
  if (name == "floor_divide") return std::floor(a / b);
  if (name == "minimum" || name == "min") return std::min(a, b);
  if (name == "maximum" || name == "max") return std::max(a, b);
  if (name == "eq") return a == b ? 1 : 0;
  if (name == "ne") return a != b ? 1 : 0;
  if (name == "lt") return a < b ? 1 : 0;
  if (name == "le") return a <= b ? 1 : 0;
  if (name == "gt") return a > b ? 1 : 0;
  if (name == "ge") return a >= b ? 1 : 0;
  if (name == "__and__" || name == "logical_and" || name == "bitwise_and")
    return a != 0 && b != 0 ? 1 : 0;
  if (name == "__or__" || name == "logical_or" || name == "bitwise_or")
    return a != 0 || b != 0 ? 1 : 0;
  return std::nullopt;
}

}  // namespace

IslandValues::IslandValues(const Draft& draft, Inputs inputs)
    : draft_(draft), inputs_(std::move(inputs)) {}

std::optional<double> IslandValues::at(ValueId value, const ElementIndex& index) {
  if (--steps_left_ < 0 || draft_.is_written(value)) return std::nullopt;
  const NodeId maker = draft_.producer(value);
  if (maker != kNone) {
    const Element element = compute(draft_.node(maker), value, index);
    return element ? Element(as_type(*element, draft_.meta(value).dtype)) : std::nullopt;
  }
  const auto& inputs = draft_.graph.inputs;
  if (std::find(inputs.begin(), inputs.end(), value) == inputs.end()) return std::nullopt;
  return as_type(inputs_(value, index), draft_.meta(value).dtype);
}

IslandValues::Element IslandValues::operand(const Argument& argument, const ElementIndex& index) {
  const auto* ref = std::get_if<ValueRef>(&argument);
  if (ref == nullptr) {
    const double number = number_or(argument, NAN);
    return std::isnan(number) ? Element{} : Element(number);
  }
  if (!ref->present()) return std::nullopt;
  const auto& sizes = draft_.meta(ref->id).sizes;
  if (sizes.size() > index.size()) return std::nullopt;
  ElementIndex own(index.end() - static_cast<std::ptrdiff_t>(sizes.size()), index.end());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 1) own[i] = 0;
  }
  return at(ref->id, own);
}

IslandValues::Element IslandValues::compute(const Node& node, ValueId value,
                                            const ElementIndex& index) {
  const std::string_view name = node.op->name;
  if (name == "arange") {
    const double start = number_or(argument_of(node, "start"), 0);
    return start + number_or(argument_of(node, "step"), 1) * static_cast<double>(index.front());
  }
  if (name == "zeros") return 0;
  if (name == "ones") return 1;
  if (name == "full") return number_or(argument_of(node, "fill_value"), NAN);
  if (name == "scalar_tensor") return number_or(argument_of(node, "s"), NAN);
  if (name == "cumsum") return summed_up(node, value, index);
  if (name == "diff") return difference(node, index);
  if (name == "index") return gathered(node, index);
  if (name == "tril" || name == "triu") {
    const std::int64_t distance =
        index.back() - index[index.size() - 2] - whole_or(argument_of(node, "diagonal"), 0);
    const bool kept = name == "tril" ? distance <= 0 : distance >= 0;
    return kept ? operand(node.arguments.front(), index) : Element(0);
  }
  static const Names moving = {"view",
                               "reshape",
                               "_unsafe_view",
                               "flatten",
                               "unflatten",
                               "unsqueeze",
                               "squeeze",
                               "transpose",
                               "permute",
                               "slice",
                               "select",
                               "repeat",
                               "cat",
                               "stack",
                               "t",
                               "upsample_nearest2d"};
  return moving.contains(name) ? moved(node, value, index) : elementwise(node, index);
}

IslandValues::Element IslandValues::elementwise(const Node& node, const ElementIndex& index) {
  const std::string_view name = node.op->name;
  static const Names same = {"to",    "_to_copy", "contiguous",   "clone",
                             "alias", "detach",   "broadcast_to", "expand"};
  const Element first = operand(node.arguments.front(), index);
  if (same.contains(name) || !first) return first;
  if (name == "where") return operand(node.arguments[*first != 0 ? 1 : 2], index);
  if (name == "masked_fill") {
    const Element mask = operand(node.arguments[1], index);
    if (!mask) return std::nullopt;
    return *mask != 0 ? operand(node.arguments[2], index) : first;
  }
  if (const Element result = unary(name, *first)) return result;
  if (node.arguments.size() < 2) return std::nullopt;
  // max(x, dim) is no max(x, y).
  if ((name == "max" || name == "min") && node.op->overload != "other") return std::nullopt;
  const Element second = operand(node.arguments[1], index);
  if (!second) return std::nullopt;
  const double alpha = number_or(argument_of(node, "alpha"), 1);
  if (name == "rsub" && alpha != 1) return std::nullopt;
  const Element result = binary(name, *first, *second * alpha);
  if (!result || !std::holds_alternative<std::string>(argument_of(node, "rounding_mode")))
    return result;
  const bool floors = std::get<std::string>(argument_of(node, "rounding_mode")) == "floor";
  return floors ? std::floor(*result) : std::trunc(*result);
}

IslandValues::Element IslandValues::moved(const Node& node, ValueId value,
                                          const ElementIndex& index) {
  const std::string_view name = node.op->name;
  const Argument& first = node.arguments.front();
  if (name == "cat" || name == "stack") {
    const auto* list = std::get_if<std::vector<ValueRef>>(&first);
    if (list == nullptr) return std::nullopt;
    const std::size_t dim = dimension(whole_or(argument_of(node, "dim"), 0), index.size());
    ElementIndex own = index;
    if (name == "stack") {
      own.erase(own.begin() + static_cast<std::ptrdiff_t>(dim));
      return at((*list)[static_cast<std::size_t>(index[dim])].id, own);
    }
    for (const ValueRef part : *list) {
      const std::int64_t size = draft_.meta(part.id).sizes[dim];
      if (own[dim] < size) return at(part.id, own);
      own[dim] -= size;
    }
    return std::nullopt;
  }
  const auto* ref = std::get_if<ValueRef>(&first);
  if (ref == nullptr) return std::nullopt;
  const auto& sizes = draft_.meta(ref->id).sizes;
  ElementIndex own = index;
  if (name == "transpose") {
    std::swap(own[dimension(whole_or(node.arguments[1], 0), own.size())],
              own[dimension(whole_or(node.arguments[2], 0), own.size())]);
  } else if (name == "t") {
    std::reverse(own.begin(), own.end());
  } else if (name == "upsample_nearest2d") {
    const auto& result = draft_.meta(value).sizes;
    for (std::size_t i = 2; i < own.size(); ++i) own[i] = own[i] * sizes[i] / result[i];
  } else if (name == "permute") {
    const auto* dims = std::get_if<std::vector<std::int64_t>>(&node.arguments[1]);
    if (dims == nullptr) return std::nullopt;
    for (std::size_t i = 0; i < dims->size(); ++i)
      own[dimension((*dims)[i], own.size())] = index[i];
  } else if (name == "slice") {
    const std::size_t dim = dimension(whole_or(argument_of(node, "dim"), 0), own.size());
    std::int64_t start = whole_or(argument_of(node, "start"), 0);
    if (start < 0) start = std::max<std::int64_t>(0, start + sizes[dim]);
    own[dim] = start + own[dim] * whole_or(argument_of(node, "step"), 1);
  } else if (name == "select") {
    const std::size_t dim = dimension(whole_or(argument_of(node, "dim"), 0), sizes.size());
    const std::int64_t place = whole_or(argument_of(node, "index"), 0);
    own.insert(own.begin() + static_cast<std::ptrdiff_t>(dim),
               place < 0 ? place + sizes[dim] : place);
  } else if (name == "repeat") {
    own.erase(own.begin(), own.end() - static_cast<std::ptrdiff_t>(sizes.size()));
    for (std::size_t i = 0; i < sizes.size(); ++i) own[i] %= sizes[i];
  } else {
    // The same elements in the same order.
    own = unflattened(flat_index(index, draft_.meta(value).sizes), sizes);
  }
  return at(ref->id, own);
}

// index(x, [a, None, b]): the indices' broadcast shape stands where the first of them did, or in
// front when a None parts them.
IslandValues::Element IslandValues::gathered(const Node& node, const ElementIndex& index) {
  const auto* source = std::get_if<ValueRef>(&node.arguments[0]);
  const auto* places = std::get_if<std::vector<ValueRef>>(&node.arguments[1]);
  if (source == nullptr || places == nullptr) return std::nullopt;
  const auto& sizes = draft_.meta(source->id).sizes;
  std::size_t rank = 0;
  std::vector<std::size_t> indexed;
  for (std::size_t i = 0; i < places->size(); ++i) {
    if (!(*places)[i].present()) continue;
    indexed.push_back(i);
    rank = std::max(rank, draft_.meta((*places)[i].id).sizes.size());
  }
  if (indexed.empty()) return std::nullopt;
  const bool together = indexed.back() - indexed.front() + 1 == indexed.size();
  const std::size_t start = together ? indexed.front() : 0;
  const auto begin = index.begin() + static_cast<std::ptrdiff_t>(start);
  const ElementIndex picked(begin, begin + static_cast<std::ptrdiff_t>(rank));
  ElementIndex rest(index.begin(), begin);
  rest.insert(rest.end(), begin + static_cast<std::ptrdiff_t>(rank), index.end());
  ElementIndex own;
  std::size_t next = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (i >= places->size() || !(*places)[i].present()) {
      own.push_back(rest[next++]);
      continue;
    }
    const Element place = operand((*places)[i], picked);
    if (!place) return std::nullopt;
    const auto whole = static_cast<std::int64_t>(*place);
    own.push_back(whole < 0 ? whole + sizes[i] : whole);
    if (own.back() < 0 || own.back() >= sizes[i]) return std::nullopt;
  }
  return at(source->id, own);
}

IslandValues::Element IslandValues::summed_up(const Node& node, ValueId value,
                                              const ElementIndex& index) {
  const auto& sizes = draft_.meta(value).sizes;
  auto& known = sums_[value];
  if (const auto found = known.find(flat_index(index, sizes)); found != known.end())
    return found->second;
  const std::size_t dim = dimension(whole_or(argument_of(node, "dim"), 0), sizes.size());
  ElementIndex walk = index;
  double sum = 0;
  for (walk[dim] = 0; walk[dim] < sizes[dim]; ++walk[dim]) {
    const Element next = operand(node.arguments.front(), walk);
    if (!next) return std::nullopt;
    sum += *next;
    sums_[value].emplace(flat_index(walk, sizes), sum);
  }
  return sums_[value].at(flat_index(index, sizes));
}

IslandValues::Element IslandValues::difference(const Node& node, ElementIndex index) {
  const auto* source = std::get_if<ValueRef>(&node.arguments.front());
  if (source == nullptr || whole_or(argument_of(node, "n"), 1) != 1) return std::nullopt;
  const std::size_t dim = dimension(whole_or(argument_of(node, "dim"), -1), index.size());
  const auto* before = std::get_if<ValueRef>(&argument_of(node, "prepend"));
  const std::int64_t more =
      before != nullptr && before->present() ? draft_.meta(before->id).sizes[dim] : 0;
  const auto joined = [&](std::int64_t place) {
    index[dim] = place < more ? place : place - more;
    return place < more ? at(before->id, index) : at(source->id, index);
  };
  const std::int64_t place = index[dim];
  const Element right = joined(place + 1);
  const Element left = joined(place);
  if (!left || !right) return std::nullopt;
  return draft_.meta(source->id).dtype == ScalarType::kBool ? (*left != *right ? 1 : 0)
                                                            : *right - *left;
}

}  // namespace strata
