#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "decomposer/cover/roles.h"
#include "decomposer/cover/rules.h"

namespace strata {
namespace {

constexpr std::size_t kFewestSteps = 4;

std::size_t index(std::int32_t id) { return static_cast<std::size_t>(id); }

// What the same node has in common in all steps: operator, sizes, numbers but for the place in
// time.
std::string form_of(const Draft& draft, NodeId id) {
  const Node& node = draft.node(id);
  std::ostringstream form;
  form << node.op->qualified_name() << '@' << node.frame;
  for (const ValueId output : node.outputs) {
    if (output == kNone) continue;
    form << ';';
    for (const std::int64_t size : draft.meta(output).sizes) form << size << ',';
  }
  for (std::size_t i = 0; i < node.arguments.size(); ++i) {
    const std::string& name = node.op->arguments[i].name;
    if (name == "index" || name == "start" || name == "end") continue;
    if (const auto* whole = std::get_if<std::int64_t>(&node.arguments[i])) form << '|' << *whole;
    if (const auto* real = std::get_if<double>(&node.arguments[i])) form << '|' << *real;
  }
  return form.str();
}

bool is_product(const OperatorSchema& op) {
  return op.name == "matmul" || op.name == "bmm" || op.name == "mm" || op.name == "einsum";
}

// Light enough to be one of many in a step; a linear, called or spelled out, or a convolution is a
// kernel of its own.
bool fits_a_step(const Draft& draft, NodeId id) {
  const OperatorSchema& op = *draft.node(id).op;
  if (is_product(op)) {
    return std::ranges::none_of(draft.inputs(id),
                                [&](ValueId input) { return draft.of_parameters(input); });
  }
  return !is_contraction(op) && op.name.find("_norm") == std::string::npos;
}

// The results of all steps, and what gathers them.
struct Gathered {
  std::vector<ValueId> results;
  std::vector<NodeId> gathering;
};

class Recurrences {
 public:
  explicit Recurrences(Draft& draft) : draft_(draft), form_(draft.graph.nodes.size(), kNone) {
    std::map<std::string, std::int32_t> forms;
    for (NodeId id = 0; id < draft.node_count(); ++id) {
      const auto next = static_cast<std::int32_t>(forms.size());
      form_[index(id)] = forms.try_emplace(form_of(draft, id), next).first->second;
      if (form_[index(id)] == next) count_.push_back(0);
      ++count_[index(form_[index(id)])];
    }
  }

  void try_take(const Gathered& gathered) {
    const std::size_t steps = gathered.results.size();
    if (steps < kFewestSteps) return;
    std::int32_t form = kNone;
    for (const ValueId result : gathered.results) {
      const NodeId maker = draft_.producer(result);
      if (maker == kNone || !draft_.is_free(maker)) return;
      if (form != kNone && form != form_[index(maker)]) return;
      form = form_[index(maker)];
    }
    const std::vector<NodeId> region = draft_.closed(grown(gathered));
    const bool light = std::all_of(region.begin(), region.end(), [&](NodeId id) {
      return draft_.is_free(id) && fits_a_step(draft_, id);
    });
    if (!light || region.size() <= 2 * steps || !is_chain(region, steps)) return;
    const std::string name = name_of(region);
    draft_.take({name,
                 "a recurrence, step by step: " + std::to_string(steps) + " steps",
                 name == "selective_scan" ? with_discretisation(region) : region,
                 {},
                 {}});
  }

 private:
  // Backwards through nodes whose form occurs in every step, and constants that nothing else reads.
  std::vector<NodeId> grown(const Gathered& gathered) const {
    const auto frequent = gathered.results.size() - 1;
    std::vector<NodeId> region = gathered.gathering;
    std::vector<bool> inside(draft_.graph.nodes.size());
    for (const NodeId id : region) inside[index(id)] = true;
    const FrameId frame = draft_.node(region.front()).frame;
    for (std::size_t next = 0; next < region.size(); ++next) {
      for (const ValueId input : draft_.inputs(region[next])) {
        const NodeId maker = draft_.producer(input);
        if (maker == kNone || inside[index(maker)] || !draft_.is_free(maker) ||
            draft_.node(maker).frame != frame) {
          continue;
        }
        const auto& readers = draft_.readers(input);
        const bool only_here = std::all_of(readers.begin(), readers.end(),
                                           [&](NodeId reader) { return inside[index(reader)]; });
        const bool repeated =
            count_[index(form_[index(maker)])] >= frequent && fits_a_step(draft_, maker);
        if (!repeated && !(draft_.role(maker) == Role::kConstant && only_here)) continue;
        inside[index(maker)] = true;
        region.push_back(maker);
      }
    }
    return region;
  }

  // What a selective scan's factors are made of: exp(step size * parameter) and the products with
  // the step size, which nothing else reads.
  std::vector<NodeId> with_discretisation(std::vector<NodeId> region) const {
    const FrameId frame = draft_.node(region.front()).frame;
    for (bool grows = true; grows;) {
      grows = false;
      for (const NodeId id : std::vector<NodeId>(region)) {
        for (const ValueId input : draft_.inputs(id)) {
          const NodeId maker = draft_.producer(input);
          if (maker == kNone || std::binary_search(region.begin(), region.end(), maker) ||
              !draft_.is_free(maker) || draft_.node(maker).frame != frame || !discretises(maker) ||
              !only_read_in(maker, region)) {
            continue;
          }
          region.insert(std::lower_bound(region.begin(), region.end(), maker), maker);
          grows = true;
        }
      }
    }
    return region;
  }

  bool discretises(NodeId id) const {
    const std::string& name = draft_.node(id).op->name;
    return name == "exp" || name == "mul" || name == "unsqueeze" || name == "expand" ||
           draft_.makes_parameters(id);
  }

  bool only_read_in(NodeId id, const std::vector<NodeId>& region) const {
    const auto& outputs = draft_.node(id).outputs;
    return std::all_of(outputs.begin(), outputs.end(), [&](ValueId output) {
      if (output == kNone) return true;
      const auto& readers = draft_.readers(output);
      return !draft_.is_result(output) &&
             std::all_of(readers.begin(), readers.end(), [&](NodeId reader) {
               return std::binary_search(region.begin(), region.end(), reader);
             });
    });
  }

  // Some node reads the one of the same form in the step before, again and again.
  bool is_chain(const std::vector<NodeId>& region, std::size_t steps) const {
    std::map<std::int32_t, std::size_t> in_region;
    for (const NodeId id : region) ++in_region[form_[index(id)]];
    return std::any_of(in_region.begin(), in_region.end(), [&](const auto& entry) {
      const auto [form, count] = entry;
      return count + 1 >= steps && longest_chain(region, form) + 1 >= steps;
    });
  }

  std::size_t longest_chain(const std::vector<NodeId>& region, std::int32_t form) const {
    std::map<NodeId, std::size_t> length;  // per node: nodes of this form on the longest path to it
    std::size_t longest = 0;
    for (const NodeId id : region) {
      std::size_t best = 0;
      for (const ValueId input : draft_.inputs(id)) {
        if (const auto found = length.find(draft_.producer(input)); found != length.end()) {
          best = std::max(best, found->second);
        }
      }
      length[id] = best + (form_[index(id)] == form ? 1 : 0);
      longest = std::max(longest, length[id]);
    }
    return longest;
  }

  // state = decay * state + input; read by a product: the scan of state space models. A running
  // mean weighted by exponentials, kept in range by the largest exponent: RWKV's `wkv`.
  std::string name_of(const std::vector<NodeId>& region) const {
    std::set<std::string> working;
    for (const NodeId id : region) {
      const Role role = draft_.role(id);
      if (role != Role::kPlumbing && role != Role::kConstant && !draft_.writes(id))
        working.insert(draft_.node(id).op->name);
    }
    if (working == std::set<std::string>{"add", "div", "exp", "maximum", "mul", "sub"})
      return "wkv";
    bool product = false;
    for (const NodeId id : region) {
      const OperatorSchema& op = *draft_.node(id).op;
      if (draft_.role(id) == Role::kPlumbing || draft_.role(id) == Role::kConstant) continue;
      const bool sums = is_product(op) || op.name == "sum";
      product |= sums;
      if (op.name != "mul" && op.name != "add" && !sums) return "scan";
    }
    return product ? "selective_scan" : "linear_scan";
  }

  Draft& draft_;
  std::vector<std::int32_t> form_;  // per node
  std::vector<std::size_t> count_;  // per form
};

Gathered stacked(const Draft& draft, NodeId id) {
  Gathered gathered{{}, {id}};
  for (const ValueRef value : tensors_in(draft.node(id).arguments.front())) {
    gathered.results.push_back(value.id);
  }
  return gathered;
}

// Copies into parts of a fresh tensor: per storage.
std::map<ValueId, Gathered> written_steps(const Draft& draft) {
  std::map<ValueId, Gathered> storages;
  for (NodeId id = 0; id < draft.node_count(); ++id) {
    const Node& node = draft.node(id);
    if (node.op->name != "copy_" || !std::holds_alternative<ValueRef>(node.arguments[1])) continue;
    const ValueId destination = std::get<ValueRef>(node.arguments[0]).id;
    const NodeId maker = draft.producer(draft.owner(destination));
    if (draft.is_external(destination) || maker == kNone) continue;
    Gathered& gathered = storages[draft.owner(destination)];
    if (gathered.gathering.empty()) gathered.gathering.push_back(maker);
    gathered.results.push_back(std::get<ValueRef>(node.arguments[1]).id);
    for (NodeId through = id; through != maker && through != kNone;
         through = draft.producer(std::get<ValueRef>(draft.node(through).arguments.front()).id)) {
      gathered.gathering.push_back(through);
    }
  }
  return storages;
}

}  // namespace

void cover_recurrences(Draft& draft) {
  std::vector<Gathered> candidates;
  for (NodeId id = 0; id < draft.node_count(); ++id) {
    const std::string& name = draft.node(id).op->name;
    if (draft.is_free(id) && (name == "stack" || name == "cat")) {
      Gathered gathered = stacked(draft, id);
      if (gathered.results.size() >= kFewestSteps) candidates.push_back(std::move(gathered));
    }
  }
  for (auto& [owner, gathered] : written_steps(draft)) {
    if (gathered.results.size() >= kFewestSteps) candidates.push_back(std::move(gathered));
  }
  if (candidates.empty()) return;
  Recurrences recurrences(draft);
  for (const Gathered& candidate : candidates) recurrences.try_take(candidate);
}

}  // namespace strata
