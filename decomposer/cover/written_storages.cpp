#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "decomposer/cover/roles.h"
#include "decomposer/cover/rules.h"
#include "decomposer/normalise/storage_groups.h"

namespace strata {
namespace {

bool only_views(const Draft& draft, NodeId id) {
  return !draft.writes(id) && draft.node(id).op->is_view();
}

struct WrittenStorage {
  std::vector<NodeId> writers;
  std::vector<NodeId> members;
};

// Views made after the first write show what was written only when they run behind it.
void add_later_views(const Draft& draft, ValueId owner, WrittenStorage& storage) {
  for (NodeId id = storage.writers.front(); id < draft.node_count(); ++id) {
    if (!only_views(draft, id)) continue;
    for (const ValueId input : draft.inputs(id)) {
      if (draft.owner(input) == owner) storage.members.push_back(id);
    }
  }
}

double number_in(const Argument& argument) {
  if (const auto* real = std::get_if<double>(&argument)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&argument)) return static_cast<double>(*whole);
  return 0;
}

// average.mul_(0.9).add_(x, alpha=0.1)
bool is_moving_average(const Draft& draft, const std::vector<NodeId>& writers) {
  if (writers.size() != 2) return false;
  const Node& decays = draft.node(writers.front());
  const Node& adds = draft.node(writers.back());
  if (decays.op->name != "mul_" || adds.op->name != "add_") return false;
  const int alpha = adds.op->argument_index("alpha");
  if (alpha < 0 || !std::holds_alternative<ValueRef>(adds.arguments[1])) return false;
  const double whole =
      number_in(decays.arguments[1]) + number_in(adds.arguments[static_cast<std::size_t>(alpha)]);
  return std::abs(whole - 1) < 1e-6;
}

// Copies into slices of a fresh tensor along one dimension, which fill it without a gap or overlap.
bool is_concat(const Draft& draft, NodeId maker, const std::vector<NodeId>& writers) {
  if (maker == kNone || draft.role(maker) != Role::kConstant) return false;
  const auto& sizes = draft.meta(draft.node(maker).outputs.front()).sizes;
  std::map<std::int64_t, std::int64_t> pieces;  // start -> end
  std::optional<std::int64_t> along;
  for (const NodeId writer : writers) {
    if (draft.node(writer).op->name != "copy_") return false;
    const NodeId view = draft.producer(std::get<ValueRef>(draft.node(writer).arguments[0]).id);
    if (view == kNone || draft.node(view).op->name != "slice" ||
        draft.producer(draft.inputs(view).front()) != maker)
      return false;
    std::array<std::int64_t, 4> slice{};  // dim, start, end, step
    for (std::size_t i = 0; i < slice.size(); ++i) {
      const Argument& argument = draft.node(view).arguments[i + 1];
      const auto* whole = std::get_if<std::int64_t>(&argument);
      slice[i] = whole != nullptr ? *whole : i == 2 ? std::numeric_limits<std::int64_t>::max() : 0;
    }
    auto [dim, start, end, step] = slice;
    if (dim < 0) dim += static_cast<std::int64_t>(sizes.size());
    const std::int64_t size = sizes[static_cast<std::size_t>(dim)];
    if (start < 0) start += size;
    if (end < 0) end += size;
    if (step != 1 || (along && *along != dim) || !pieces.emplace(start, std::min(end, size)).second)
      return false;
    along = dim;
  }
  std::int64_t filled = 0;
  for (const auto& [start, end] : pieces) {
    if (start != filled) return false;
    filled = end;
  }
  return along && filled == sizes[static_cast<std::size_t>(*along)];
}

}  // namespace

void cover_written_storages(Draft& draft) {
  std::map<ValueId, WrittenStorage> storages;
  for (NodeId id = 0; id < draft.node_count(); ++id) {
    // Statistics that batch_norm updates need no kernel but its own.
    if (!draft.node(id).op->writes()) continue;
    for (const ValueId value : written_by(draft.node(id))) {
      // A mask that is written piece by piece is left to the islands.
      if (draft.is_island(value) && !draft.is_external(value)) continue;
      WrittenStorage& storage = storages[draft.owner(value)];
      storage.writers.push_back(id);
      storage.members.push_back(id);
      // The views through which it writes.
      for (NodeId view = draft.producer(value); view != kNone && only_views(draft, view);
           view = draft.producer(draft.inputs(view).front())) {
        storage.members.push_back(view);
      }
    }
  }
  for (auto& [owner, storage] : storages) {
    const NodeId maker = draft.producer(owner);
    if (maker != kNone && !is_contraction(*draft.node(maker).op)) storage.members.push_back(maker);
    if (!draft.is_external(owner)) add_later_views(draft, owner, storage);
    std::sort(storage.members.begin(), storage.members.end());
    storage.members.erase(std::unique(storage.members.begin(), storage.members.end()),
                          storage.members.end());
    std::vector<NodeId> closed = draft.closed(storage.members);
    std::erase_if(closed, [&](NodeId id) { return !draft.is_free(id); });
    if (closed.size() < 2) continue;
    if (is_concat(draft, maker, storage.writers)) {
      draft.take({"concat", "writes tensors side by side into one", closed, {}, {}});
    } else if (is_moving_average(draft, storage.writers)) {
      draft.take({"moving_average", "average * decay + x * (1 - decay), in place", closed, {}, {}});
    } else {
      draft.take({"scatter_assign", "assigns to parts of a tensor", closed, {}, {}});
    }
  }
}

}  // namespace strata
