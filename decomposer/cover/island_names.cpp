#include "decomposer/cover/island_names.h"

#include <algorithm>
#include <initializer_list>
#include <set>

namespace strata {
namespace {

// What the naming rules ask about a region.
struct IslandFacts {
  std::set<std::string> operators;
  std::vector<NodeId> working;           // no plumbing
  std::set<std::string> readers;         // operators
  std::set<std::string> reader_kernels;  // of those that are in one
  std::size_t rank = 0;
  int comparisons = 0;  // of two tensors
  bool all_boolean = true;
  bool all_integer = true;
  bool some_float = false;

  bool has(const char* name) const { return operators.contains(name); }
  bool has_any(std::initializer_list<const char*> names) const {
    return std::any_of(names.begin(), names.end(), [&](const char* name) { return has(name); });
  }
};

IslandFacts facts_of(const Draft& draft, const std::vector<NodeId>& nodes) {
  IslandFacts facts;
  for (const NodeId id : nodes) {
    const std::string& name = draft.node(id).op->name;
    facts.operators.insert(name);
    if (draft.role(id) != Role::kPlumbing) facts.working.push_back(id);
    const bool compares = name == "le" || name == "lt" || name == "ge" || name == "gt";
    if (compares && draft.inputs(id).size() == 2) ++facts.comparisons;
  }
  for (const ValueId value : draft.leaving(nodes)) {
    const TensorMeta& meta = draft.meta(value);
    facts.rank = std::max(facts.rank, meta.sizes.size());
    const bool boolean = meta.dtype == ScalarType::kBool;
    facts.all_boolean &= boolean;
    facts.all_integer &= !boolean && !is_floating(meta.dtype);
    facts.some_float |= is_floating(meta.dtype);
    for (const NodeId reader : draft.readers(value)) {
      if (!std::binary_search(nodes.begin(), nodes.end(), reader)) {
        facts.readers.insert(draft.node(reader).op->name);
        if (!draft.is_free(reader)) {
          facts.reader_kernels.insert(draft.kernel(draft.kernel_of(reader)).operation);
        }
      }
    }
  }
  return facts;
}

bool read_only_by(const IslandFacts& facts, std::initializer_list<const char*> names) {
  return !facts.readers.empty() &&
         std::all_of(facts.readers.begin(), facts.readers.end(), [&](const auto& reader) {
           return std::find(names.begin(), names.end(), reader) != names.end();
         });
}

std::string bare(const std::string& name) {
  const auto first = name.find_first_not_of('_');
  return name.substr(first, name.find_last_not_of('_') + 1 - first);
}

}  // namespace

IslandName island_name(const Draft& draft, const std::vector<NodeId>& nodes) {
  const IslandFacts facts = facts_of(draft, nodes);
  if (facts.has("cos") || facts.has("sin") ||
      (facts.some_float && facts.reader_kernels == std::set<std::string>{"rope"})) {
    return {"rope_table", "cosines and sines of position times frequency"};
  }
  if (facts.has("log") && facts.has_any({"abs", "lt", "where", "min", "sign", "minimum"})) {
    return {"relative_position_bucket",
            "distances between positions, in buckets that grow logarithmically"};
  }
  if (facts.working.size() == 1) {
    const OperatorSchema& op = *draft.node(facts.working.front()).op;
    return {bare(op.name), op.qualified_name()};
  }
  if (facts.has("roll") ||
      (facts.has_any({"ne", "eq"}) && facts.has("masked_fill") && facts.rank == 3)) {
    return {"shifted_window_mask", "which positions of a shifted window belong together"};
  }
  const bool triangular = facts.comparisons > 0 || facts.has_any({"triu", "tril"});
  const bool masks =
      facts.has_any({"where", "masked_fill", "__and__", "logical_and", "bitwise_and"});
  if (facts.has("sub") && facts.has("abs") && facts.has_any({"le", "lt"}) && facts.rank >= 2 &&
      masks) {
    return {"sliding_window_mask", "which positions a query may see: those up to a distance"};
  }
  if (triangular && facts.rank >= 2 && (masks || facts.all_boolean)) {
    if (facts.comparisons > 1)
      return {"sliding_window_mask",
              "which positions a query may see: those before it, up to a distance"};
    return {"causal_mask", "which positions a query may see: those up to its own"};
  }
  if (facts.has("pow") && facts.has("arange") && facts.rank >= 3) {
    return {"alibi", "distances times a slope per head"};
  }
  if (read_only_by(facts, {"embedding"}))
    return {"position_ids", "which row of a table each position reads"};
  if (read_only_by(facts, {"gather", "index", "index_select", "embedding"})) {
    return {"gather_index", "which entries are read"};
  }
  if (facts.rank >= 3 && (facts.some_float || facts.all_boolean)) {
    return {"attention_mask", "which positions a query may see"};
  }
  if (facts.rank <= 2 && facts.all_integer) {
    if (facts.has_any({"arange", "cumsum"})) return {"position_ids", "the place of each position"};
    return {"index", "integers that select"};
  }
  if (facts.rank <= 2 && facts.all_boolean) return {"padding_mask", "which positions hold data"};
  if (facts.working.size() <= 4) {
    std::string name;
    for (const NodeId id : facts.working)
      name += (name.empty() ? "" : "_") + bare(draft.node(id).op->name);
    return {name, "a constant expression"};
  }
  return {"constant", "a value that depends on no activation"};
}

}  // namespace strata
