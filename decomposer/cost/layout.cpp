#include "decomposer/cost/layout.h"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <numeric>
#include <string_view>

namespace strata {
namespace {

using Sizes = std::vector<std::int64_t>;

Sizes contiguous_strides(const Sizes& sizes) {
  Sizes strides(sizes.size());
  std::int64_t next = 1;
  for (std::size_t d = sizes.size(); d-- > 0;) {
    strides[d] = next;
    next *= std::max<std::int64_t>(sizes[d], 1);
  }
  return strides;
}

// Dimensions of size 1 lie anywhere.
bool is_contiguous(const Sizes& sizes, const Sizes& strides) {
  const Sizes expected = contiguous_strides(sizes);
  for (std::size_t d = 0; d < sizes.size(); ++d) {
    if (sizes[d] != 1 && strides[d] != expected[d]) return false;
  }
  return true;
}

// Every element has a place of its own and no place is left out.
bool is_dense(const Sizes& sizes, const Sizes& strides) {
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::size_t d) { return strides[d]; });
  std::int64_t next = 1;
  for (const std::size_t d : order) {
    if (sizes[d] == 1) continue;
    if (strides[d] != next) return false;
    next *= sizes[d];
  }
  return true;
}

std::int64_t integer(const OperatorCall& call, std::string_view name, std::int64_t otherwise) {
  const int place = call.op->argument_index(name);
  if (place < 0) return otherwise;
  const auto* value = std::get_if<std::int64_t>(&call.arguments[static_cast<std::size_t>(place)]);
  return value == nullptr ? otherwise : *value;
}

Sizes integers(const OperatorCall& call, std::string_view name) {
  const int place = call.op->argument_index(name);
  if (place < 0) return {};
  const Argument& argument = call.arguments[static_cast<std::size_t>(place)];
  if (const auto* list = std::get_if<Sizes>(&argument)) return *list;
  if (const auto* one = std::get_if<std::int64_t>(&argument)) return {*one};
  return {};
}

std::size_t from_front(std::int64_t dimension, std::size_t rank) {
  return static_cast<std::size_t>(dimension < 0 ? dimension + static_cast<std::int64_t>(rank)
                                                : dimension);
}

Sizes permuted(const Sizes& strides, const Sizes& order) {
  Sizes result;
  for (const std::int64_t d : order) result.push_back(strides.at(from_front(d, strides.size())));
  return result;
}

Sizes moved(const Sizes& strides, Sizes from, Sizes to) {
  const std::size_t rank = strides.size();
  Sizes result(rank);
  std::vector<bool> placed(rank);
  std::vector<bool> taken(rank);
  for (std::size_t i = 0; i < from.size() && i < to.size(); ++i) {
    result.at(from_front(to[i], rank)) = strides.at(from_front(from[i], rank));
    placed[from_front(to[i], rank)] = taken[from_front(from[i], rank)] = true;
  }
  std::size_t next = 0;
  for (std::size_t d = 0; d < rank; ++d) {
    if (taken[d]) continue;
    while (placed[next]) ++next;
    result[next++] = strides[d];
  }
  return result;
}

// Strides of sizes that are those of the operand but for dimensions of size 1 that came or went.
Sizes without_ones(const Sizes& sizes, const Sizes& strides, const Sizes& new_sizes) {
  Sizes result;
  std::size_t d = 0;
  for (const std::int64_t size : new_sizes) {
    while (d < sizes.size() && sizes[d] == 1) ++d;
    result.push_back(size == 1 || d == sizes.size() ? 1 : strides[d++]);
  }
  return result;
}

Sizes expanded(const Sizes& sizes, const Sizes& strides, const Sizes& new_sizes) {
  Sizes result(new_sizes.size(), 0);
  const std::size_t added = new_sizes.size() - std::min(sizes.size(), new_sizes.size());
  for (std::size_t d = 0; d < sizes.size(); ++d) {
    if (sizes[d] == new_sizes[d + added]) result[d + added] = strides[d];
  }
  return result;
}

Sizes without(Sizes strides, std::size_t dimension) {
  strides.erase(strides.begin() + static_cast<std::ptrdiff_t>(dimension));
  return strides;
}

bool is_any(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// The strides of a call's results where it is a view of `sizes` and `strides`; nullopt where it is
// none.
std::optional<Sizes> view_of(const OperatorCall& call, const Sizes& sizes, const Sizes& strides,
                             const Sizes& new_sizes) {
  const std::string_view name = call.op->name;
  const std::size_t rank = sizes.size();
  const std::size_t dimension = from_front(integer(call, "dim", 0), rank);
  if (is_any(name, {"view", "reshape", "flatten", "unflatten", "_unsafe_view"}))
    return viewed_strides(sizes, strides, new_sizes);
  if (is_any(name, {"transpose", "swapaxes", "swapdims"})) {
    const bool axes = name == "swapaxes";
    Sizes result = strides;
    std::swap(result.at(from_front(integer(call, axes ? "axis0" : "dim0", 0), rank)),
              result.at(from_front(integer(call, axes ? "axis1" : "dim1", 0), rank)));
    return result;
  }
  if (is_any(name, {"t", "numpy_T"})) return Sizes(strides.rbegin(), strides.rend());
  if (name == "mT") {
    Sizes result = strides;
    std::swap(result.at(rank - 1), result.at(rank - 2));
    return result;
  }
  if (name == "permute") return permuted(strides, integers(call, "dims"));
  if (is_any(name, {"movedim", "moveaxis"}))
    return moved(strides, integers(call, "source"), integers(call, "destination"));
  if (is_any(name, {"expand", "broadcast_to"})) return expanded(sizes, strides, new_sizes);
  if (is_any(name, {"squeeze", "unsqueeze"})) return without_ones(sizes, strides, new_sizes);
  if (is_any(name, {"select", "unbind"})) return without(strides, dimension);
  if (name == "slice") {
    Sizes result = strides;
    result.at(dimension) *= integer(call, "step", 1);
    return result;
  }
  if (is_any(name,
             {"narrow", "split", "split_with_sizes", "chunk", "tensor_split", "detach", "alias"})) {
    return strides;
  }
  if (name == "diagonal") {
    const std::size_t first = from_front(integer(call, "dim1", 0), rank);
    const std::size_t second = from_front(integer(call, "dim2", 1), rank);
    Sizes result = without(without(strides, std::max(first, second)), std::min(first, second));
    result.push_back(strides.at(first) + strides.at(second));
    return result;
  }
  if (name == "unfold") {
    const std::size_t along = from_front(integer(call, "dimension", 0), rank);
    Sizes result = strides;
    result.at(along) *= integer(call, "step", 1);
    result.push_back(strides.at(along));
    return result;
  }
  if (name == "view_as_real") {
    Sizes result = strides;
    for (std::int64_t& stride : result) stride *= 2;
    result.push_back(1);
    return result;
  }
  if (name == "view_as_complex") {
    Sizes result = without(strides, rank - 1);
    for (std::int64_t& stride : result) stride /= 2;
    return result;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Sizes> viewed_strides(const Sizes& sizes, const Sizes& strides,
                                    const Sizes& new_sizes) {
  const auto elements = [](const Sizes& of) {
    return std::accumulate(of.begin(), of.end(), std::int64_t{1}, std::multiplies<>());
  };
  if (elements(new_sizes) == 0 || elements(sizes) != elements(new_sizes))
    return contiguous_strides(new_sizes);
  Sizes result(new_sizes.size(), 1);
  // From the last dimension: a run of old ones that lies in one piece must be a run of new ones.
  std::size_t next = new_sizes.size();
  std::int64_t run = 1;
  std::int64_t made = 1;
  std::int64_t base = strides.empty() ? 1 : strides.back();
  for (std::size_t d = sizes.size(); d-- > 0;) {
    run *= sizes[d];
    const bool ends = d == 0 || (sizes[d - 1] != 1 && strides[d - 1] != run * base);
    if (!ends) continue;
    while (next > 0 && (made < run || new_sizes[next - 1] == 1)) {
      result[--next] = made * base;
      made *= new_sizes[next];
    }
    if (made != run) return std::nullopt;
    if (d > 0) {
      base = strides[d - 1];
      run = made = 1;
    }
  }
  if (next != 0) return std::nullopt;
  return result;
}

Layouts::Layouts(const Component& component) : component_(component) {
  for (const Local& local : component.locals) strides_.push_back(contiguous_strides(local.sizes));
}

bool Layouts::views(const OperatorCall& call) {
  const std::vector<ValueRef> read = tensors_in(call.arguments.front());
  if (read.size() != 1 || !read.front().present()) return false;
  const Local& from = component_.locals[static_cast<std::size_t>(read.front().id)];
  const Sizes& strides = strides_[static_cast<std::size_t>(read.front().id)];
  for (const LocalId output : call.outputs) {
    if (output == kNone) continue;
    const Local& to = component_.locals[static_cast<std::size_t>(output)];
    if (to.dtype != from.dtype && !call.op->name.starts_with("view_as")) return false;
    const bool stays = call.op->name == "to" ||
                       (call.op->name == "contiguous" && is_contiguous(from.sizes, strides));
    const std::optional<Sizes> viewed =
        stays ? strides : view_of(call, from.sizes, strides, to.sizes);
    if (!viewed) return false;
    strides_[static_cast<std::size_t>(output)] = *viewed;
  }
  return true;
}

bool Layouts::follow(const OperatorCall& call) {
  if (call.arguments.empty()) return true;
  if (call.role == CallRole::kPlumbing && views(call)) return false;
  // A result lies like the first operand of its size, where that one has no gaps.
  for (const LocalId output : call.outputs) {
    if (output == kNone || call.op->name == "contiguous") continue;
    const Sizes& sizes = component_.locals[static_cast<std::size_t>(output)].sizes;
    const bool rearranged = is_any(call.op->name, {"reshape", "flatten", "cat", "stack", "repeat"});
    for (const Argument& argument : call.arguments) {
      const std::vector<ValueRef> read = tensors_in(argument);
      if (rearranged || read.size() != 1) continue;
      const auto local = static_cast<std::size_t>(read.front().id);
      if (component_.locals[local].sizes != sizes || !is_dense(sizes, strides_[local])) continue;
      strides_[static_cast<std::size_t>(output)] = strides_[local];
      break;
    }
  }
  return true;
}

Count Layouts::bytes_held(LocalId local) const {
  const Local& tensor = component_.locals[static_cast<std::size_t>(local)];
  Count held = element_size(tensor.dtype);
  for (std::size_t d = 0; d < tensor.sizes.size(); ++d) {
    if (strides_[static_cast<std::size_t>(local)][d] != 0 || tensor.sizes[d] == 0)
      held = held * tensor.sizes[d];
  }
  return held;
}

}  // namespace strata
