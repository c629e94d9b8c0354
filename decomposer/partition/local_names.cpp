#include "decomposer/partition/local_names.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "decomposer/partition/identifier.h"
#include "decomposer/partition/result_names.h"

namespace strata {
namespace {

constexpr std::int32_t kForever = std::numeric_limits<std::int32_t>::max();

// Names the locals of one component, statement by statement.
class LocalNamer {
 public:
  LocalNamer(const Tree& tree, Component& component)
      : tree_(tree), component_(component), last_read_(component.locals.size(), kNone),
        reads_(component.locals.size(), 0) {
    for (const Child& child : component.children) {
      members_.insert(child.name);
      members_.insert(registered_name(child));
    }
    for (const ComponentParameter& parameter : component.parameters) {
      members_.insert(parameter.name);
      is_parameter_.insert(parameter.local);
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
    if (component_.locals[local].name.empty()) give(local, wishes, kNone);
  }

  void name_body() {
    for (std::size_t i = 0; i < component_.body.size(); ++i) {
      name_results(static_cast<std::int32_t>(i));
    }
  }

 private:
  static std::vector<LocalId> read_by(const Statement& statement) {
    if (const auto* call = std::get_if<ChildCall>(&statement)) return call->inputs;
    std::vector<LocalId> read;
    for (const Argument& argument : std::get<OperatorCall>(statement).arguments) {
      for (const ValueRef value : tensors_in(argument)) read.push_back(value.id);
    }
    return read;
  }

  // The operand whose name the result takes over: it is dead after the statement, and nothing else ever read it, or it is
  // the main stream.
  LocalId replaced_by(std::int32_t statement, LocalId result) const {
    const Statement& here = component_.body[statement];
    const auto* call = std::get_if<OperatorCall>(&here);
    std::vector<LocalId> read = read_by(here);
    if (call == nullptr || call->role != CallRole::kArithmetic) read.resize(std::min<std::size_t>(read.size(), 1));
    // Of two operands the main stream goes on.
    const auto stream = std::ranges::find(
        read, "x", [&](LocalId local) -> const std::string& { return component_.locals[local].name; });
    if (stream != read.end()) std::swap(*stream, read.front());
    for (const LocalId local : read) {
      if (is_parameter_.contains(local) || last_read_[local] > statement) continue;
      const Local& old = component_.locals[local];
      if (is_floating(old.dtype) != is_floating(component_.locals[result].dtype)) continue;
      const bool only_reader = reads_[local] == 1;
      const bool goes_on = call != nullptr && call->role != CallRole::kKernel;
      if (only_reader || goes_on) return local;
    }
    return kNone;
  }

  void name_results(std::int32_t statement) {
    const Statement& here = component_.body[statement];
    const auto* child = std::get_if<ChildCall>(&here);
    const std::vector<LocalId> results =
        child != nullptr ? child->outputs : std::get<OperatorCall>(here).outputs;
    auto wishes = child != nullptr ? result_wishes(tree_, component_, statement)
                                   : operator_wishes(component_, std::get<OperatorCall>(here));
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i] == kNone) continue;
      const LocalId replaced = i == 0 ? replaced_by(statement, results[i]) : kNone;
      if (replaced != kNone && results.size() - static_cast<std::size_t>(std::ranges::count(results, kNone)) == 1) {
        wishes[i].insert(wishes[i].begin(), component_.locals[replaced].name);
      }
      give(results[i], wishes[i], statement);
    }
  }

  bool is_free(const std::string& name, std::int32_t statement) const {
    if (members_.contains(name)) return false;
    const auto holder = holder_.find(name);
    return holder == holder_.end() || last_read_[holder->second] <= statement;
  }

  void give(LocalId local, const std::vector<std::string>& wishes, std::int32_t statement) {
    std::string name;
    for (const std::string& wish : wishes) {
      name = identifier(wish);
      if (is_free(name, statement)) break;
    }
    const std::string base = wishes.empty() ? "x" : identifier(wishes.front());
    if (name.empty()) name = base;
    for (int number = 2; !is_free(name, statement); ++number) name = base + "_" + std::to_string(number);
    component_.locals[local].name = name;
    holder_[name] = local;
  }

  const Tree& tree_;
  Component& component_;
  std::vector<std::int32_t> last_read_;  // per local: the last statement that reads it
  std::vector<int> reads_;               // per local
  std::set<LocalId> is_parameter_;
  std::set<std::string> members_;
  std::map<std::string, LocalId> holder_;  // name -> the local that has it now
};

// The name that a kernel's operator gives to an input: its argument's; `x` for the first one.
std::string schema_name(const Component& kernel, LocalId input) {
  for (const Statement& statement : kernel.body) {
    const auto& call = std::get<OperatorCall>(statement);
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      const auto tensors = tensors_in(call.arguments[i]);
      if (std::ranges::find(tensors, ValueRef{input}) == tensors.end()) continue;
      const std::string& name = call.op->arguments[i].name;
      return name == "self" || name == "input" || name == "tensors" ? "x" : name;
    }
  }
  return "x";
}

std::vector<std::vector<std::string>> kernel_input_wishes(const Cover& cover, const Region& region,
                                                          const Component& kernel) {
  std::vector<std::vector<std::string>> wishes;
  const KernelRegion& covered = cover.kernels[region.kernel];
  const bool contraction = kernel.inputs.size() == 2 && kernel.operation.find("matmul") != std::string::npos;
  for (std::size_t i = 0; i < kernel.inputs.size(); ++i) {
    std::vector<std::string>& own = wishes.emplace_back();
    if (i < covered.operand_names.size() && i < covered.operands.size()) {
      own.push_back(covered.operand_names[i]);
    }
    if (contraction) own.push_back(i == 0 ? "a" : "b");
    own.push_back(schema_name(kernel, kernel.inputs[i]));
    if (i == 1) own.emplace_back("y");
  }
  return wishes;
}

}  // namespace

void name_locals(const Graph& graph, const Cover& cover, const Nesting& nesting, Assembly& assembly) {
  Tree& tree = assembly.tree;
  // What the first caller of a component calls its inputs.
  std::vector<std::vector<std::string>> callers(tree.components.size());
  for (std::size_t i = 0; i < tree.components.size(); ++i) {
    Component& component = tree.components[i];
    if (component.level > 0) continue;
    LocalNamer namer(tree, component);
    const auto wishes = kernel_input_wishes(cover, nesting.regions[assembly.example[i]], component);
    for (std::size_t k = 0; k < component.inputs.size(); ++k) {
      namer.name_input(component.inputs[k], wishes[k]);
    }
    namer.name_body();
  }
  for (std::size_t i = tree.components.size(); i-- > 0;) {
    Component& component = tree.components[i];
    if (component.level == 0) continue;
    LocalNamer namer(tree, component);
    const bool model = i + 1 == tree.components.size();
    for (std::size_t k = 0; k < component.inputs.size(); ++k) {
      std::vector<std::string> wishes;
      const Local& local = component.locals[component.inputs[k]];
      if (model) {
        wishes = {graph.input_names[k]};
      } else {
        if (k == 0 && is_floating(local.dtype)) wishes.emplace_back("x");
        const std::string& caller = callers[i].at(k);
        if (caller != "x") wishes.push_back(caller);
        wishes.emplace_back(k == 0 ? "x" : "residual");
      }
      namer.name_input(component.inputs[k], wishes);
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
}

}  // namespace strata
