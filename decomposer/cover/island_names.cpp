#include "decomposer/cover/island_names.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <set>

#include "decomposer/cover/proved_names.h"
#include "decomposer/cover/roles.h"
#include "decomposer/graph/identifier.h"

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

// "ge_where": what the region does, when that is little.
std::optional<IslandName> spelled_out(const Draft& draft, const IslandFacts& facts) {
  if (facts.working.size() > 4) return std::nullopt;
  std::string name;
  for (const NodeId id : facts.working)
    name += (name.empty() ? "" : "_") + bare(draft.node(id).op->name);
  return IslandName{name, "a constant expression"};
}

// The tensor of which this is the cosine or sine.
ValueId angle_of(const Draft& draft, NodeId id) {
  ValueId value = draft.inputs(id).front();
  for (NodeId maker = draft.producer(value);
       maker != kNone && draft.role(maker) == Role::kPlumbing && draft.inputs(maker).size() == 1 &&
       draft.node(maker).op->name != "slice" && draft.node(maker).op->name != "select";
       maker = draft.producer(value)) {
    value = draft.inputs(maker).front();
  }
  return value;
}

// Cosines and sines of the same angles, or what rope reads.
bool is_rope_table(const Draft& draft, const IslandFacts& facts) {
  if (facts.some_float && facts.reader_kernels == std::set<std::string>{"rope"}) return true;
  std::set<ValueId> cosines;
  std::set<ValueId> sines;
  for (const NodeId id : facts.working) {
    if (draft.node(id).op->name == "cos") cosines.insert(angle_of(draft, id));
    if (draft.node(id).op->name == "sin") sines.insert(angle_of(draft, id));
  }
  return !cosines.empty() && cosines == sines;
}

}  // namespace

std::string class_operation(const std::string& class_name) {
  return snake_case(class_name.substr(class_name.rfind('.') + 1));
}

IslandName island_name(const Draft& draft, const std::vector<NodeId>& nodes,
                       const PatternIndex& patterns) {
  const IslandFacts facts = facts_of(draft, nodes);
  if (is_rope_table(draft, facts)) {
    return {"rope_table", "cosines and sines of position times frequency"};
  }
  if (facts.has_any({"cos", "sin"})) {
    return {"sinusoidal_positions", "sines and cosines of position times frequency"};
  }
  const std::vector<ValueId> results = draft.leaving(nodes);
  const OperatorSchema* only =
      facts.working.size() == 1 ? draft.node(facts.working.front()).op.get() : nullptr;
  const bool says_all =
      only != nullptr && only->name != "arange" && (is_constant(*only) || is_contraction(*only));
  if (results.size() == 1 && !says_all) {
    auto name = proved_name(draft, results.front());
    // A window that is as long as the sequence hides nothing, but two comparisons make it.
    if (name && name->operation == "causal_mask" && facts.comparisons > 1)
      return {"sliding_window_mask",
              "which positions a query may see: those before it, up to a distance"};
    if (name) return *name;
  }
  if (facts.has_any({"rand", "randn"}) && facts.has("argsort")) {
    return {"random_order", "places in a random order, and the order that undoes it"};
  }
  if (facts.has_any({"exponential", "exponential_"}) && facts.has("log"))
    return {"gumbel_noise", "minus the logarithm of exponential random numbers"};
  if (facts.working.size() > 1 &&
      facts.has_any({"rand", "rand_like", "randn", "randn_like", "normal", "randint", "bernoulli",
                     "normal_", "uniform_"}))
    return {"noise", "random numbers, and what is made of them"};
  if (facts.has("meshgrid")) return {"coordinate_grid", "coordinates of the places of a grid"};
  if (facts.has("log") && facts.has_any({"abs", "lt", "where", "min", "sign", "minimum"})) {
    return {"relative_position_bucket",
            "distances between positions, in buckets that grow logarithmically"};
  }
  if (facts.working.size() == 1) {
    KernelRegion one = single_operator(draft, facts.working.front(), patterns);
    return {one.operation, one.description};
  }
  if (facts.has("roll")) {
    return {"shifted_window_mask", "which positions of a shifted window belong together"};
  }
  if (facts.has_any({"ones", "zeros"}) && facts.has_any({"fill", "fill_"}) && facts.has("gather")) {
    return {"shuffled_mask", "which entries were left out, in their order before a shuffle"};
  }
  if (facts.has("ones") && facts.has_any({"pad", "constant_pad_nd"})) {
    return {"border_mask", "ones with a border of zeros"};
  }
  if (facts.has("pow") && facts.has("arange") && facts.rank >= 3 && facts.some_float) {
    return {"alibi", "distances times a slope per head"};
  }
  // What can't be computed (masks that are written piece by piece, contents of buffers) is named by
  // what reads it and by its operators.
  const bool triangular = facts.comparisons > 0 || facts.has_any({"triu", "tril"});
  const bool masks =
      facts.has_any({"where", "masked_fill", "__and__", "logical_and", "bitwise_and"});
  if (triangular && facts.rank >= 2 && (masks || facts.all_boolean)) {
    return {"attention_mask", "which positions a query may see"};
  }
  if (facts.has("argmax") && facts.has_any({"eq", "ne", "lt", "le", "gt", "ge"}) &&
      facts.working.size() <= 2) {
    return {"find_first", "the first place at which a comparison holds"};
  }
  if (facts.all_integer && read_only_by(facts, {"embedding"}))
    return {"position_ids", "which row of a table each position reads"};
  if (auto name = spelled_out(draft, facts)) return *name;
  if (facts.rank >= 3 && (facts.some_float || facts.all_boolean) && masks) {
    return {"attention_mask", "which positions a query may see"};
  }
  if (facts.all_integer && read_only_by(facts, {"gather", "index", "index_select", "embedding"})) {
    const FrameId frame = draft.frame_of(nodes);
    const std::string& author = draft.graph.frames[static_cast<std::size_t>(frame)].class_name;
    const bool telling = frame != 0 && draft.is_leaf(frame) && !author.empty();
    return {telling ? class_operation(author) + "_index" : "gather_index",
            "which entries are read"};
  }
  return {bare(draft.node(facts.working.back()).op->name), "a value that depends on no activation"};
}

}  // namespace strata
