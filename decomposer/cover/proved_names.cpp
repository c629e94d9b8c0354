#include "decomposer/cover/proved_names.h"

#include <algorithm>
#include <cmath>

#include "decomposer/cover/island_values.h"

namespace strata {
namespace {

constexpr std::int64_t kWhole = 16;  // dimensions up to this size are looked at whole
constexpr double kHidden = -1e2;     // additive masks put this or less where nothing may be seen

// What the program's inputs hold in one trial: a number everywhere, or, for kPlaces, each element
// its place in the last dimension. One element of one input may differ.
struct Trial {
  static constexpr double kPlaces = -1;
  double everywhere = 1;
  ValueId changed = kNone;
  std::int64_t place = 0;
  double changed_to = 0;
};

IslandValues values_under(const Draft& draft, const Trial& trial) {
  return {draft, [trial](ValueId input, const ElementIndex& index) {
            const std::int64_t last = index.empty() ? 0 : index.back();
            if (input == trial.changed && last == trial.place) return trial.changed_to;
            return trial.everywhere == Trial::kPlaces ? static_cast<double>(last)
                                                      : trial.everywhere;
          }};
}

std::vector<std::int64_t> samples(std::int64_t size) {
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < size; ++i) {
    const bool near_middle = std::abs(i - size / 2) < 3;
    if (size <= kWhole || i < 5 || near_middle || i >= size - 5) places.push_back(i);
  }
  return places;
}

// Of a batch, heads or windows.
std::vector<std::int64_t> leading_samples(std::int64_t size) {
  std::vector<std::int64_t> places{0};
  if (size > 1) places.push_back(1);
  if (size > 2) places.push_back(size - 1);
  return places;
}

// A tensor's elements as a table [queries, keys] for one choice of the leading dimensions.
struct Table {
  std::vector<std::int64_t> rows;     // places of the sampled rows
  std::vector<std::int64_t> columns;  // and columns
  std::vector<double> elements;       // row by row

  double at(std::size_t row, std::size_t column) const {
    return elements[row * columns.size() + column];
  }
};

// One table for every leading index that is sampled; nullopt when some element can't be computed.
std::optional<std::vector<Table>> tables_of(const Draft& draft, ValueId value, const Trial& trial) {
  std::vector<std::int64_t> sizes = draft.meta(value).sizes;
  const std::size_t rank = sizes.size();
  if (rank == 0) return std::nullopt;
  IslandValues values = values_under(draft, trial);
  std::int64_t leading = 1;
  for (std::size_t i = 0; i + 2 < rank; ++i) leading *= sizes[i];
  std::vector<Table> tables;
  for (const std::int64_t lead : leading_samples(leading)) {
    Table& table = tables.emplace_back();
    table.rows = samples(rank >= 2 ? sizes[rank - 2] : 1);
    table.columns = samples(sizes[rank - 1]);
    ElementIndex index(rank, 0);
    std::int64_t rest = lead;
    for (std::size_t i = rank - std::min<std::size_t>(rank, 2); i-- > 0;) {
      index[i] = rest % sizes[i];
      rest /= sizes[i];
    }
    for (const std::int64_t row : table.rows) {
      for (const std::int64_t column : table.columns) {
        if (rank >= 2) index[rank - 2] = row;
        index[rank - 1] = column;
        const auto element = values.at(value, index);
        if (!element) return std::nullopt;
        table.elements.push_back(*element);
      }
    }
    if (table.elements.empty()) return std::nullopt;
  }
  return tables;
}

// Turns a mask's elements into 1 (visible) and 0; false when it is no mask. Additive masks hold 0
// and large negative numbers, others booleans, of which `inverted` ones mark what is hidden.
bool make_visibility(std::vector<Table>& tables, bool additive, bool inverted) {
  for (Table& table : tables) {
    for (double& element : table.elements) {
      if (additive && element != 0 && element > kHidden) return false;
      element = (additive ? element == 0 : (element != 0) != inverted) ? 1 : 0;
    }
  }
  return true;
}

enum class Sight { kAll, kCausal, kPast, kWindow, kCausalWindow, kBlocks, kOther };

// Every element is what the rule says of (row, column).
template <typename Rule>
bool follows(const Table& table, const Rule& rule) {
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      const bool visible = table.at(row, column) != 0;
      if (visible != rule(table.rows[row], table.columns[column])) return false;
    }
  }
  return true;
}

// How far back a query sees, and whether it sees as far ahead.
bool is_window(const Table& table, bool causal) {
  std::int64_t reach = 0;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      if (table.at(row, column) != 0)
        reach = std::max(reach, table.rows[row] - table.columns[column]);
    }
  }
  return follows(table, [&](std::int64_t query, std::int64_t key) {
    return query - key <= reach && (causal ? key <= query : key - query <= reach);
  });
}

// Sees each other is an equivalence: the positions fall into groups.
bool is_blocks(const Table& table) {
  if (table.rows != table.columns) return false;
  const std::size_t count = table.rows.size();
  for (std::size_t row = 0; row < count; ++row) {
    if (table.at(row, row) == 0) return false;
    for (std::size_t column = 0; column < count; ++column) {
      if (table.at(row, column) == 0) continue;
      for (std::size_t other = 0; other < count; ++other) {
        if (table.at(row, other) != table.at(column, other)) return false;
      }
    }
  }
  return true;
}

Sight sight_of(const Table& table, std::int64_t ahead) {
  const auto all = [](std::int64_t, std::int64_t) { return true; };
  if (follows(table, all)) return Sight::kAll;
  const auto causal = [&](std::int64_t query, std::int64_t key) { return key <= query + ahead; };
  if (table.rows.size() > 1 && follows(table, causal)) return Sight::kCausal;
  const auto past = [](std::int64_t query, std::int64_t key) { return key < query; };
  if (table.rows.size() > 1 && follows(table, past)) return Sight::kPast;
  if (table.rows.size() > 1 && is_window(table, true)) return Sight::kCausalWindow;
  if (table.rows.size() > 1 && is_window(table, false)) return Sight::kWindow;
  return is_blocks(table) ? Sight::kBlocks : Sight::kOther;
}

// The one thing that all tables show; blocks may be whole in some.
Sight common_sight(const std::vector<Table>& tables, std::int64_t ahead) {
  bool some_all = false;
  Sight found = Sight::kAll;
  for (const Table& table : tables) {
    const Sight sight = sight_of(table, ahead);
    some_all |= sight == Sight::kAll;
    if (sight == Sight::kAll) continue;
    if (found != Sight::kAll && found != sight) return Sight::kOther;
    found = sight;
  }
  return some_all && found != Sight::kAll && found != Sight::kBlocks ? Sight::kOther : found;
}

// Some input decides which keys exist: changing it at one place hides that key, and no other, from
// everyone.
bool hides_padding(const Draft& draft, ValueId value, Trial trial, bool additive, bool inverted,
                   const std::vector<Table>& before) {
  const std::int64_t keys = draft.meta(value).sizes.back();
  for (const ValueId input : draft.graph.inputs) {
    const auto& sizes = draft.meta(input).sizes;
    if (is_floating(draft.meta(input).dtype) || sizes.empty() || sizes.back() != keys) continue;
    for (const double padding : {0.0, 1.0, 2.0}) {
      if (padding == trial.everywhere) continue;
      trial.changed = input;
      trial.changed_to = padding;
      trial.place = before.front().columns[before.front().columns.size() / 2];
      auto after = tables_of(draft, value, trial);
      if (!after || !make_visibility(*after, additive, inverted)) continue;
      bool hidden = true;
      for (std::size_t i = 0; i < after->size(); ++i) {
        hidden = hidden && follows((*after)[i], [&](std::int64_t row, std::int64_t column) {
                   const Table& table = before[i];
                   const auto r = std::ranges::find(table.rows, row) - table.rows.begin();
                   const auto c = std::ranges::find(table.columns, column) - table.columns.begin();
                   return column != trial.place &&
                          table.at(static_cast<std::size_t>(r), static_cast<std::size_t>(c)) != 0;
                 });
      }
      if (hidden) return true;
    }
  }
  return false;
}

std::optional<IslandName> mask_called(Sight sight, bool padded, bool batched) {
  const std::string more = padded ? ", where there is data" : "";
  switch (sight) {
    case Sight::kAll:
      if (padded) return IslandName{"padding_mask", "which positions hold data"};
      return IslandName{"full_mask", "lets every position see every other"};
    case Sight::kCausal:
      return IslandName{"causal_mask",
                        "which positions a query may see: those up to its own" + more};
    case Sight::kPast:
      return IslandName{"past_mask",
                        "which positions a query may see: those before its own" + more};
    case Sight::kCausalWindow:
      return IslandName{
          "sliding_window_mask",
          "which positions a query may see: those before it, up to a distance" + more};
    case Sight::kWindow:
      return IslandName{"sliding_window_mask",
                        "which positions a query may see: those up to a distance" + more};
    case Sight::kBlocks:
      if (batched)
        return IslandName{"shifted_window_mask",
                          "which positions of a shifted window belong together"};
      return IslandName{"block_mask", "which positions belong together" + more};
    case Sight::kOther:
      break;
  }
  return std::nullopt;
}

std::optional<IslandName> proved_mask(const Draft& draft, ValueId value) {
  const TensorMeta& meta = draft.meta(value);
  if (meta.sizes.size() < 2) return std::nullopt;
  const bool additive = is_floating(meta.dtype);
  if (!additive && meta.dtype != ScalarType::kBool) return std::nullopt;
  const std::size_t rank = meta.sizes.size();
  const std::int64_t ahead = meta.sizes[rank - 1] - meta.sizes[rank - 2];
  for (const double everywhere : {1.0, 7.0, Trial::kPlaces}) {
    for (const bool inverted : {false, true}) {
      if (additive && inverted) continue;
      Trial trial;
      trial.everywhere = everywhere;
      auto tables = tables_of(draft, value, trial);
      if (!tables || !make_visibility(*tables, additive, inverted)) break;
      const Sight sight = common_sight(*tables, std::max<std::int64_t>(ahead, 0));
      if (sight == Sight::kOther) continue;
      const bool padded = hides_padding(draft, value, trial, additive, inverted, *tables);
      if (const auto name = mask_called(sight, padded, tables->size() > 1)) return name;
    }
  }
  return std::nullopt;
}

std::optional<IslandName> proved_integers(const Draft& draft, ValueId value) {
  const TensorMeta& meta = draft.meta(value);
  if (is_floating(meta.dtype) || meta.dtype == ScalarType::kBool) return std::nullopt;
  // Two contents, or what an input holds would pass for a rule.
  std::optional<IslandName> name;
  for (const double everywhere : {7.0, 5.0}) {
    Trial trial;
    trial.everywhere = everywhere;
    const auto tables = tables_of(draft, value, trial);
    if (!tables) return std::nullopt;
    const double first = tables->front().elements.front();
    bool places = true;
    bool relative = tables->front().rows.size() > 1;
    bool ahead = relative;
    bool back = relative;
    for (const Table& table : *tables) {
      for (std::size_t row = 0; row < table.rows.size(); ++row) {
        for (std::size_t column = 0; column < table.columns.size(); ++column) {
          const double element = table.at(row, column);
          const auto key = static_cast<double>(table.columns[column]);
          const auto query = static_cast<double>(table.rows[row]);
          places = places && element == first + key;
          ahead = ahead && element - first == key - query;
          back = back && element - first == query - key;
          if (row > 0 && column > 0 && table.rows[row] == table.rows[row - 1] + 1 &&
              table.columns[column] == table.columns[column - 1] + 1) {
            relative = relative && element == table.at(row - 1, column - 1);
          }
        }
      }
    }
    std::optional<IslandName> found;
    if (places && tables->front().columns.size() > 1) {
      found = {"position_ids", "the place of each position"};
    } else if (ahead || back) {
      found = {"relative_positions", "how far apart two positions are"};
    } else if (relative && !std::ranges::all_of(tables->front().elements,
                                                [&](double one) { return one == first; })) {
      found = {"relative_position_bucket", "distances between positions, in buckets"};
    }
    if (!found || (name && name->operation != found->operation)) return std::nullopt;
    name = found;
  }
  return name;
}

// A slope per head times the key's place, up to a constant in each row.
std::optional<IslandName> proved_alibi(const Draft& draft, ValueId value) {
  const TensorMeta& meta = draft.meta(value);
  if (!is_floating(meta.dtype) || meta.sizes.size() < 3) return std::nullopt;
  const auto tables = tables_of(draft, value, Trial{});
  if (!tables || tables->size() < 2 || tables->front().columns.size() < 2) return std::nullopt;
  std::vector<double> slopes;
  for (const Table& table : *tables) {
    const double slope = table.at(0, 1) - table.at(0, 0);
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      for (std::size_t column = 1; column < table.columns.size(); ++column) {
        const auto steps = static_cast<double>(table.columns[column] - table.columns[column - 1]);
        const double step = (table.at(row, column) - table.at(row, column - 1)) / steps;
        if (std::abs(step - slope) > 1e-6 * std::abs(slope)) return std::nullopt;
      }
    }
    slopes.push_back(slope);
  }
  const bool falls = slopes.front() > 0 && std::ranges::is_sorted(slopes, std::greater<>{});
  if (!falls || slopes.front() == slopes.back()) return std::nullopt;
  return IslandName{"alibi", "distances times a slope per head"};
}

// One number everywhere, whatever the inputs hold.
std::optional<IslandName> proved_constant(const Draft& draft, ValueId value) {
  std::optional<double> only;
  for (const double everywhere : {7.0, 5.0}) {
    Trial trial;
    trial.everywhere = everywhere;
    const auto tables = tables_of(draft, value, trial);
    if (!tables) return std::nullopt;
    for (const Table& table : *tables) {
      for (const double element : table.elements) {
        if (only && *only != element) return std::nullopt;
        only = element;
      }
    }
  }
  return IslandName{"full", "one number everywhere"};
}

}  // namespace

std::optional<IslandName> proved_name(const Draft& draft, ValueId result) {
  if (const auto name = proved_mask(draft, result)) return name;
  if (const auto name = proved_integers(draft, result)) return name;
  if (const auto name = proved_alibi(draft, result)) return name;
  return proved_constant(draft, result);
}

}  // namespace strata
