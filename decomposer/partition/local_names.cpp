#include "decomposer/partition/local_names.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "decomposer/graph/identifier.h"
#include "decomposer/partition/result_names.h"
#include "decomposer/tree/statement.h"

namespace strata {
namespace {

constexpr std::int32_t kForever = std::numeric_limits<std::int32_t>::max();
constexpr std::string_view kStream = "x";  // the main stream

// Names the locals of one component, statement by statement.
class LocalNamer {
 public:
  // `streams`: one per local: it is computed from the model's inputs and is no mask or table.
  LocalNamer(const Tree& tree, Component& component, std::vector<bool> streams)
      : tree_(tree),
        component_(component),
        streams_(std::move(streams)),
        last_read_(component.locals.size(), kNone),
        reads_(component.locals.size(), 0) {
    for (const Child& child : component.children) {
      members_.insert(child.name);
      members_.insert(registered_name(child));
    }
    for (const ComponentParameter& parameter : component.parameters) {
      members_.insert(parameter.name);
      parameters_.insert(parameter.local);
    }
    for (std::size_t i = 0; i < component.body.size(); ++i) {
      for (const LocalId local : read_by(component.body[i])) {
        last_read_[local] = static_cast<std::int32_t>(i);
        ++reads_[local];
      }
    }
    for (const LocalId local : component.outputs) {
      last_read_[local] = kForever;
      ++reads_[local];
    }
  }

  void name_input(LocalId local, const std::vector<std::string>& wishes) {
    give(local, wishes, kNone);
  }

  void name_body() {
    for (std::size_t i = 0; i < component_.body.size(); ++i) {
      const auto statement = static_cast<std::int32_t>(i);
      const std::vector<ResultWishes> wishes = result_wishes(tree_, component_, statement);
      const std::vector<LocalId> results = made_by(component_.body[i]);
      const bool is_call = std::holds_alternative<ChildCall>(component_.body[i]);
      for (std::size_t k = 0; k < results.size(); ++k) {
        if (results[k] == kNone) continue;
        const bool main = k == 0 && (is_call || results.size() == 1);
        const LocalId replaced = main ? replaced_by(statement, results[k]) : kNone;
        give(results[k], ordered(wishes[k], statement, results[k], replaced), statement);
      }
    }
  }

 private:
  const std::string& name_of(LocalId local) const { return component_.locals[local].name; }

  // The operand whose name the result may take over, because nothing reads it afterwards.
  LocalId replaced_by(std::int32_t statement, LocalId result) const {
    const Statement& here = component_.body[statement];
    const auto* call = std::get_if<OperatorCall>(&here);
    std::vector<LocalId> read = read_by(here);
    const bool arithmetic = call != nullptr && call->role == CallRole::kArithmetic;
    if (!arithmetic) read.resize(std::min<std::size_t>(read.size(), 1));
    // Of two operands the main stream goes on.
    const auto stream = std::ranges::find(
        read, kStream, [&](LocalId local) { return std::string_view(name_of(local)); });
    if (stream != read.end()) std::swap(*stream, read.front());
    for (const LocalId local : read) {
      if (parameters_.contains(local) || last_read_[local] > statement) continue;
      if (component_.level == 3 && made_at(local) == kNone) continue;  // the author's inputs
      if (call == nullptr && says_only_where_from(name_of(local))) continue;
      const bool floating = is_floating(component_.locals[local].dtype);
      if (floating != is_floating(component_.locals[result].dtype)) continue;
      const bool moves_on = call != nullptr && call->role != CallRole::kKernel;
      if (reads_[local] == 1 || moves_on) return local;
    }
    return kNone;
  }

  std::vector<std::string> ordered(const ResultWishes& wishes, std::int32_t statement,
                                   LocalId result, LocalId replaced) const {
    std::vector<std::string> order;
    const auto add = [&](const std::vector<std::string>& more) {
      order.insert(order.end(), more.begin(), more.end());
    };
    const bool floating = is_floating(component_.locals[result].dtype);
    const bool is_main_result = component_.level > 0 && !component_.outputs.empty() &&
                                component_.outputs.front() == result && floating;
    if (is_main_result) order.emplace_back(kStream);
    if (component_.level == 0 && !component_.outputs.empty() &&
        component_.outputs.front() == result) {
      const std::string noun = noun_of(component_.operation);
      if (!noun.empty()) order.push_back(noun);
    }
    const bool goes_on = replaced != kNone && name_of(replaced) == kStream;
    const bool moves = std::holds_alternative<OperatorCall>(component_.body[statement]);
    if (moves && replaced != kNone) order.push_back(name_of(replaced));
    add(wishes.strong);
    if (goes_on) order.emplace_back(kStream);
    add(wishes.medium);
    if (replaced != kNone) order.push_back(name_of(replaced));
    // A new main stream may begin when the old one has ended.
    if (component_.level > 0 && floating && streams_[result]) order.emplace_back(kStream);
    add(wishes.weak);
    return order;
  }

  // What a tensor was a part of, or put together as, or came out of, says nothing about what a
  // child makes of it.
  static bool says_only_where_from(const std::string& name) {
    return name == "joined" || name == "part" || name == "first" || name == "second" ||
           name.ends_with("_out") || name.find("_out_") != std::string::npos;
  }

  bool is_free(const std::string& name, std::int32_t statement) const {
    if (members_.contains(name)) return false;
    const auto holder = holder_.find(name);
    if (holder == holder_.end()) return true;
    // A result of this very statement, or one that a later one reads, keeps its name.
    return last_read_[holder->second] <= statement && made_at(holder->second) != statement;
  }

  std::int32_t made_at(LocalId local) const {
    const auto found = made_.find(local);
    return found == made_.end() ? kNone - 1 : found->second;
  }

  void give(LocalId local, const std::vector<std::string>& wishes, std::int32_t statement) {
    std::string name;
    for (const std::string& wish : wishes) {
      if (is_free(identifier(wish), statement)) {
        name = identifier(wish);
        break;
      }
    }
    // A second main stream would read as the first one.
    const bool streams = wishes.empty() || wishes.front() == kStream;
    const std::string base = identifier(wishes.empty() ? std::string(kStream)
                                        : streams      ? wishes.back()
                                                       : wishes.front());
    for (int number = 2; name.empty(); ++number) {
      const std::string other = numbered(base, number);
      if (is_free(other, statement)) name = other;
    }
    component_.locals[local].name = name;
    holder_[name] = local;
    made_[local] = statement;
  }

  const Tree& tree_;
  Component& component_;
  std::vector<bool> streams_;
  std::vector<std::int32_t> last_read_;  // per local: the last statement that reads it
  std::vector<int> reads_;               // per local
  std::set<LocalId> parameters_;
  std::set<std::string> members_;
  std::map<std::string, LocalId> holder_;  // name -> the local that has it now
  std::map<LocalId, std::int32_t> made_;   // -> the statement that made it; kNone for inputs
};

// The name that a kernel's operator gives to an input: its argument's; `x` for the first one.
std::string schema_name(const Component& kernel, LocalId input) {
  for (const Statement& statement : kernel.body) {
    const auto& call = std::get<OperatorCall>(statement);
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      const auto tensors = tensors_in(call.arguments[i]);
      if (std::ranges::find(tensors, ValueRef{input}) == tensors.end()) continue;
      const std::string& name = call.op->arguments[i].name;
      return name == "self" || name == "input" || name == "tensors" ? std::string(kStream) : name;
    }
  }
  return std::string(kStream);
}

// What the graph says about an integer or boolean tensor: the user's name for it, or what made it.
std::string origin_name(const Graph& graph, const Cover& cover, ValueId value) {
  const auto input = std::ranges::find(graph.inputs, value);
  if (input != graph.inputs.end()) return graph.input_names[input - graph.inputs.begin()];
  const NodeId producer = graph.values[value].producer;
  if (producer == kNone || cover.kernel_of[producer] == kNone) return "";
  return noun_of(cover.kernels[cover.kernel_of[producer]].operation);
}

// Values that are computed from the model's inputs and are no islands.
std::vector<bool> stream_values(const Graph& graph, const Cover& cover) {
  std::vector<bool> fed(graph.values.size(), false);
  for (const ValueId input : graph.inputs) fed[input] = true;
  for (const Node& node : graph.nodes) {
    const std::vector<ValueId> inputs = inputs_of(node);
    const bool any = std::ranges::any_of(inputs, [&](ValueId input) { return fed[input]; });
    for (const ValueId output : node.outputs) {
      if (output != kNone) fed[output] = any;
    }
  }
  for (std::size_t value = 0; value < fed.size(); ++value) {
    fed[value] = fed[value] && !cover.island[value];
  }
  return fed;
}

std::vector<bool> streams_of(const Instance& instance, const std::vector<bool>& streams) {
  std::vector<bool> found;
  for (const ValueId value : instance.values) found.push_back(streams[value]);
  return found;
}

void name_kernel(const Graph& graph, const Cover& cover, const Tree& tree, const Region& region,
                 const Instance& instance, Component& kernel) {
  LocalNamer namer(tree, kernel, std::vector<bool>(kernel.locals.size(), true));
  const KernelRegion& covered = cover.kernels[region.kernel];
  const bool contraction =
      kernel.inputs.size() == 2 && kernel.operation.find("matmul") != std::string::npos;
  for (std::size_t i = 0; i < kernel.inputs.size(); ++i) {
    std::vector<std::string> wishes;
    if (i < covered.operand_names.size() && i < covered.operands.size()) {
      wishes.push_back(covered.operand_names[i]);
    }
    if (contraction) wishes.emplace_back(i == 0 ? "a" : "b");
    const std::string argument = schema_name(kernel, kernel.inputs[i]);
    const Local& local = kernel.locals[kernel.inputs[i]];
    if (argument == kStream && !is_floating(local.dtype)) {
      wishes.push_back(origin_name(graph, cover, instance.values[kernel.inputs[i]]));
    }
    wishes.push_back(argument);
    if (i > 0) wishes.emplace_back("y");
    std::erase(wishes, "");
    namer.name_input(kernel.inputs[i], wishes);
  }
  namer.name_body();
}

// Some operator of the body adds it to something of the result's shape that is made here: what the
// caller hands in twice (positions, added to the input) is none.
bool is_residual(const Component& component, LocalId local) {
  const Local& result = component.locals[component.outputs.front()];
  if (component.locals[local].sizes != result.sizes) return false;
  return std::ranges::any_of(component.body, [&](const Statement& statement) {
    const auto* call = std::get_if<OperatorCall>(&statement);
    if (call == nullptr || call->op->name != "add") return false;
    const std::vector<LocalId> read = read_by(*call);
    const bool on_input = std::ranges::any_of(read, [&](LocalId one) {
      return one != local && std::ranges::find(component.inputs, one) != component.inputs.end();
    });
    return !on_input && std::ranges::find(read, local) != read.end();
  });
}

// `callers`: what the first caller of each component calls the component's inputs.
void name_parent(const Graph& graph, const Tree& tree, Component& component,
                 std::vector<bool> streams, bool model,
                 std::vector<std::vector<std::string>>& callers,
                 const std::vector<std::string>& called) {
  LocalNamer namer(tree, component, std::move(streams));
  for (std::size_t k = 0; k < component.inputs.size(); ++k) {
    const LocalId local = component.inputs[k];
    std::vector<std::string> wishes;
    if (model) {
      wishes = {graph.input_names[k]};
    } else {
      if (k == 0 && is_floating(component.locals[local].dtype)) wishes.emplace_back(kStream);
      const bool residual = k > 0 && is_residual(component, local);
      if (residual) wishes.emplace_back("residual");
      if (called[k] != kStream) wishes.push_back(called[k]);
      wishes.emplace_back("y");
    }
    namer.name_input(local, wishes);
  }
  namer.name_body();
  for (const Statement& statement : component.body) {
    const auto* call = std::get_if<ChildCall>(&statement);
    if (call == nullptr) continue;
    auto& names = callers[component.children[call->child].component];
    if (!names.empty()) continue;
    for (const LocalId input : call->inputs) names.push_back(component.locals[input].name);
  }
}

}  // namespace

void name_locals(const Graph& graph, const Cover& cover, const Nesting& nesting,
                 Assembly& assembly) {
  Tree& tree = assembly.tree;
  std::vector<const Instance*> examples(tree.components.size(), nullptr);
  for (const Instance& instance : tree.instances) {
    if (examples[instance.component] == nullptr) examples[instance.component] = &instance;
  }
  for (std::size_t i = 0; i < tree.components.size(); ++i) {
    if (tree.components[i].level > 0) continue;
    name_kernel(graph, cover, tree, nesting.regions[assembly.example[i]], *examples[i],
                tree.components[i]);
  }
  const std::vector<bool> streams = stream_values(graph, cover);
  std::vector<std::vector<std::string>> callers(tree.components.size());
  for (std::size_t i = tree.components.size(); i-- > 0;) {
    if (tree.components[i].level == 0) continue;
    const std::vector<std::string> called = callers[i];
    name_parent(graph, tree, tree.components[i], streams_of(*examples[i], streams),
                i + 1 == tree.components.size(), callers, called);
  }
}

}  // namespace strata
