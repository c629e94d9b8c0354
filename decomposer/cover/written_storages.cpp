#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string_view>

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

// Views made after the first write show what was written only when they run behind it. Those made
// after the last one read the kernel's result where the kernel makes the tensor, too.
void add_later_views(const Draft& draft, ValueId owner, bool is_made_here,
                     WrittenStorage& storage) {
  const NodeId end = is_made_here ? storage.writers.back() : draft.node_count();
  for (NodeId id = storage.writers.front(); id < end; ++id) {
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

// A slice of a tensor's elements along one dimension.
struct Piece {
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::int64_t step = 1;
};

// The piece that a copy fills of a fresh tensor, and along which dimension.
std::optional<std::pair<std::int64_t, Piece>> piece_of(const Draft& draft, NodeId maker,
                                                       NodeId writer) {
  if (draft.node(writer).op->name != "copy_") return std::nullopt;
  const NodeId view = draft.producer(std::get<ValueRef>(draft.node(writer).arguments[0]).id);
  if (view == kNone || draft.node(view).op->name != "slice" ||
      draft.producer(draft.inputs(view).front()) != maker)
    return std::nullopt;
  std::array<std::int64_t, 4> slice{};  // dim, start, end, step
  for (std::size_t i = 0; i < slice.size(); ++i) {
    const Argument& argument = draft.node(view).arguments[i + 1];
    const auto* whole = std::get_if<std::int64_t>(&argument);
    slice[i] = whole != nullptr ? *whole : i == 2 ? std::numeric_limits<std::int64_t>::max() : 0;
  }
  const auto& sizes = draft.meta(draft.node(maker).outputs.front()).sizes;
  auto [dim, start, end, step] = slice;
  if (dim < 0) dim += static_cast<std::int64_t>(sizes.size());
  const std::int64_t size = sizes[static_cast<std::size_t>(dim)];
  if (start < 0) start += size;
  if (end < 0) end += size;
  return std::pair{dim, Piece{start, std::min(end, size), step}};
}

bool are_side_by_side(const std::vector<Piece>& pieces, std::int64_t size) {
  std::int64_t filled = 0;
  for (const Piece& piece : pieces) {
    if (piece.step != 1 || piece.start != filled) return false;
    filled = piece.end;
  }
  return filled == size;
}

// Of n pieces each has every nth element.
bool take_turns(const std::vector<Piece>& pieces, std::int64_t size) {
  const auto count = static_cast<std::int64_t>(pieces.size());
  for (std::int64_t i = 0; i < count; ++i) {
    const Piece& piece = pieces[static_cast<std::size_t>(i)];
    if (piece.step != count || piece.start != i) return false;
    if ((piece.end - i + count - 1) / count != (size - i + count - 1) / count) return false;
  }
  return count > 1;
}

// "concat" or "interleave" where copies into slices of a fresh tensor fill it along one dimension,
// without a gap or overlap; else "".
std::string_view filling(const Draft& draft, NodeId maker, const std::vector<NodeId>& writers) {
  if (maker == kNone || draft.role(maker) != Role::kConstant) return "";
  std::vector<Piece> pieces;
  std::optional<std::int64_t> along;
  for (const NodeId writer : writers) {
    const auto piece = piece_of(draft, maker, writer);
    if (!piece || (along && *along != piece->first)) return "";
    along = piece->first;
    pieces.push_back(piece->second);
  }
  if (!along) return "";
  std::ranges::sort(pieces, {}, &Piece::start);
  const auto& sizes = draft.meta(draft.node(maker).outputs.front()).sizes;
  const std::int64_t size = sizes[static_cast<std::size_t>(*along)];
  if (are_side_by_side(pieces, size)) return "concat";
  return take_turns(pieces, size) ? "interleave" : "";
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
    const bool is_made_here = maker != kNone && !is_contraction(*draft.node(maker).op);
    if (is_made_here) storage.members.push_back(maker);
    if (!draft.is_external(owner))
      add_later_views(draft, owner, is_made_here && draft.is_free(maker), storage);
    std::sort(storage.members.begin(), storage.members.end());
    storage.members.erase(std::unique(storage.members.begin(), storage.members.end()),
                          storage.members.end());
    std::vector<NodeId> closed = draft.closed(storage.members);
    std::erase_if(closed, [&](NodeId id) { return !draft.is_free(id); });
    if (closed.size() < 2) continue;
    const std::string_view filled = filling(draft, maker, storage.writers);
    if (filled == "concat") {
      draft.take({"concat", "writes tensors side by side into one", closed, {}, {}});
    } else if (filled == "interleave") {
      draft.take({"interleave", "writes elements of tensors by turns into one", closed, {}, {}});
    } else if (is_moving_average(draft, storage.writers)) {
      draft.take({"moving_average", "average * decay + x * (1 - decay), in place", closed, {}, {}});
    } else {
      draft.take({"scatter_assign", "assigns to parts of a tensor", closed, {}, {}});
    }
  }
}

}  // namespace strata
