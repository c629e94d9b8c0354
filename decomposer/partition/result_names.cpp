#include "decomposer/partition/result_names.h"

#include <algorithm>
#include <array>

#include "decomposer/partition/identifier.h"

namespace strata {
namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool is_matmul(const std::string& operation) {
  return operation == "matmul" || operation == "bmm" || operation == "scaled_matmul";
}

const Component* child_of(const Tree& tree, const Component& parent, const Statement& statement) {
  const auto* call = std::get_if<ChildCall>(&statement);
  return call == nullptr ? nullptr : &tree.components[parent.children[call->child].component];
}

std::vector<LocalId> read_by(const Statement& statement) {
  if (const auto* call = std::get_if<ChildCall>(&statement)) return call->inputs;
  std::vector<LocalId> read;
  for (const Argument& argument : std::get<OperatorCall>(statement).arguments) {
    for (const ValueRef value : tensors_in(argument)) read.push_back(value.id);
  }
  return read;
}

const std::vector<LocalId>& made_by(const Statement& statement) {
  if (const auto* call = std::get_if<ChildCall>(&statement)) return call->outputs;
  return std::get<OperatorCall>(statement).outputs;
}

// Whether the result runs, through plumbing and arithmetic alone, into a softmax.
bool feeds_softmax(const Tree& tree, const Component& parent, std::size_t statement) {
  std::vector<LocalId> stream = made_by(parent.body[statement]);
  for (std::size_t i = statement + 1; i < parent.body.size(); ++i) {
    const std::vector<LocalId> read = read_by(parent.body[i]);
    const bool reads = std::ranges::any_of(read, [&](LocalId local) {
      return std::ranges::find(stream, local) != stream.end();
    });
    if (!reads) continue;
    const Component* child = child_of(tree, parent, parent.body[i]);
    if (child != nullptr) return child->operation.starts_with("softmax");
    const auto& made = made_by(parent.body[i]);
    stream.insert(stream.end(), made.begin(), made.end());
  }
  return false;
}

// `q_proj` -> `q`, `query_states` -> `query`.
std::string without_suffix(std::string name) {
  for (const std::string_view suffix : {"_proj", "_projection", "_states", "_layer", "_linear"}) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  }
  return name;
}

struct Wish {
  std::string_view pattern;  // part of the child's name or operation
  std::string_view name;
};

// By the name of the author's module.
constexpr std::array kByMember = {
    Wish{"query_key_value", "qkv"}, Wish{"c_attn", "qkv"}, Wish{"qkv", "qkv"},
    Wish{"query", "q"},             Wish{"q_proj", "q"},   Wish{"q_lin", "q"},
    Wish{"key", "k"},               Wish{"k_proj", "k"},   Wish{"k_lin", "k"},
    Wish{"value", "v"},             Wish{"v_proj", "v"},   Wish{"v_lin", "v"},
    Wish{"gate_up", "gate_up"},     Wish{"gate", "gate"},  Wish{"up_proj", "up"},
    Wish{"pooler", "pooled"},       Wish{"attention_mask", "mask"}};

// By what the child computes.
constexpr std::array kByOperation = {
    Wish{"softmax", "weights"},   Wish{"layer_norm", "normed"}, Wish{"rms_norm", "normed"},
    Wish{"batch_norm", "normed"}, Wish{"group_norm", "normed"}, Wish{"position_ids", "positions"},
    Wish{"_mask", "mask"},        Wish{"attention", "attended"}, Wish{"router", "routing"}};

std::string wish_for_one(const Tree& tree, const Component& parent, std::size_t statement,
                         const Child& child, const Component& component) {
  const std::string& operation = component.operation;
  if (is_matmul(operation)) {
    return feeds_softmax(tree, parent, statement) ? "scores" : "context";
  }
  if (operation.size() >= 5 && operation.ends_with("_mask")) {
    return operation == "causal_mask" || operation == "attention_mask" ? "mask" : operation;
  }
  for (const Wish& wish : kByMember) {
    const bool whole = wish.pattern.size() < 5;
    if (whole ? child.name == wish.pattern : child.name.starts_with(wish.pattern)) {
      return std::string(wish.name);
    }
  }
  // T5 and its kin call the projections of an attention by one letter.
  if (child.name.size() == 1) return child.name + "_states";
  for (const Wish& wish : kByOperation) {
    if (contains(operation, wish.pattern)) return std::string(wish.name);
  }
  return "";
}

// Where a result with no name of its own comes from: the last named thing on the way to it inside the child.
std::string source_of(const Tree& tree, const Component& component, LocalId local, int depth) {
  for (std::size_t i = component.body.size(); i-- > 0;) {
    const Statement& statement = component.body[i];
    const auto& made = made_by(statement);
    const auto found = std::ranges::find(made, local);
    if (found == made.end()) continue;
    if (const Component* child = child_of(tree, component, statement)) {
      const auto& call = std::get<ChildCall>(statement);
      const auto place = static_cast<std::size_t>(found - made.begin());
      if (child->outputs.size() > 1 && depth < 4) {
        return source_of(tree, *child, child->outputs[place], depth + 1);
      }
      return component.children[call.child].name;
    }
    const auto& call = std::get<OperatorCall>(statement);
    if (call.role == CallRole::kKernel && !component.locals[local].name.empty()) {
      return component.locals[local].name;
    }
    const std::vector<LocalId> read = read_by(statement);
    if (read.empty() || call.role == CallRole::kKernel) return call.op->name;
    local = read.front();
  }
  return component.locals[local].name;
}

}  // namespace

std::vector<std::vector<std::string>> result_wishes(const Tree& tree, const Component& parent,
                                                    std::int32_t statement) {
  const auto& call = std::get<ChildCall>(parent.body[statement]);
  const Child& child = parent.children[call.child];
  const Component& component = tree.components[child.component];
  std::vector<std::vector<std::string>> wishes;
  for (std::size_t i = 0; i < component.outputs.size(); ++i) {
    std::vector<std::string>& own = wishes.emplace_back();
    if (i == 0) own.push_back(wish_for_one(tree, parent, statement, child, component));
    if (component.outputs.size() > 1) {
      const std::string inner = component.locals[component.outputs[i]].name;
      if (component.level == 0 && !inner.empty()) own.insert(own.begin(), inner);
      own.push_back(source_of(tree, component, component.outputs[i], 0));
    }
    std::erase(own, "");
    if (is_floating(component.locals[component.outputs[i]].dtype)) own.emplace_back("x");
    own.push_back(without_suffix(child.name));
    own.push_back(child.name + "_out");
  }
  return wishes;
}

std::vector<std::vector<std::string>> operator_wishes(const Component& component,
                                                      const OperatorCall& call) {
  std::vector<std::vector<std::string>> wishes(call.outputs.size());
  const std::string name = identifier(snake_case(call.op->name));
  std::string operand;
  for (const Argument& argument : call.arguments) {
    const auto tensors = tensors_in(argument);
    if (!tensors.empty()) {
      operand = component.locals[tensors.front().id].name;
      break;
    }
  }
  if (operand == "qkv" && call.outputs.size() == 3) return {{"q"}, {"k"}, {"v"}};
  if (operand == "kv" && call.outputs.size() == 2) return {{"k"}, {"v"}};
  if (operand == "gate_up" && call.outputs.size() == 2) return {{"gate"}, {"up"}};
  if (call.outputs.size() == 2) return {{"first", "left"}, {"second", "right"}};
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    if (call.outputs.size() > 1) {
      wishes[i] = {"part_" + std::to_string(i)};
    } else if (call.role == CallRole::kArithmetic) {
      const bool first = name == "add" || name == "sub";
      wishes[i] = {"x", first ? "sum" : "scaled"};
    } else if (call.role == CallRole::kPlumbing) {
      wishes[i] = {operand == "x" || operand.empty() ? "x" : operand};
      if (name == "select" || name == "slice") wishes[i].push_back("part");
      wishes[i].push_back(operand + "_view");
    } else {
      wishes[i] = {name};
    }
  }
  return wishes;
}

}  // namespace strata
