#include "decomposer/partition/result_names.h"

#include <algorithm>
#include <array>

#include "decomposer/graph/identifier.h"
#include "decomposer/schema/cond.h"
#include "decomposer/tree/statement.h"

namespace strata {
namespace {

struct Wish {
  std::string_view pattern;
  std::string_view name;
};

// By the name of the author's module: whole names, then parts of names.
constexpr std::array kByMember = {
    Wish{"query", "q"},      Wish{"q_proj", "q"},   Wish{"q_lin", "q"},      Wish{"to_q", "q"},
    Wish{"key", "k"},        Wish{"k_proj", "k"},   Wish{"k_lin", "k"},      Wish{"to_k", "k"},
    Wish{"value", "v"},      Wish{"v_proj", "v"},   Wish{"v_lin", "v"},      Wish{"to_v", "v"},
    Wish{"query_proj", "q"}, Wish{"key_proj", "k"}, Wish{"value_proj", "v"}, Wish{"c_attn", "qkv"}};
constexpr std::array kByPartOfMember = {Wish{"qkv", "qkv"}, Wish{"query_key_value", "qkv"},
                                        Wish{"gate_up", "gate_up"}, Wish{"gate_proj", "gate"},
                                        Wish{"up_proj", "up"}};
// By the operation, or part of it, of a layer or fusion.
constexpr std::array kByParent = {Wish{"attention", "attended"}, Wish{"pooler", "pooled"},
                                  Wish{"router", "routing"}, Wish{"mlp", "hidden"},
                                  Wish{"feed_forward", "hidden"}};
// Operators whose name is no noun.
constexpr std::array kByOperator = {Wish{"pow", "squared"},
                                    Wish{"neg", "negated"},
                                    Wish{"mul", "product"},
                                    Wish{"div", "quotient"},
                                    Wish{"add", "sum"},
                                    Wish{"sub", "difference"},
                                    Wish{"rsub", "difference"},
                                    Wish{"rsqrt", "scale"},
                                    Wish{"eq", "same"},
                                    Wish{"ne", "differs"},
                                    Wish{"lt", "smaller"},
                                    Wish{"le", "allowed"},
                                    Wish{"gt", "larger"},
                                    Wish{"ge", "allowed"},
                                    Wish{"where", "chosen"},
                                    Wish{"cond", "chosen"},
                                    Wish{"index", "picked"},
                                    Wish{"abs", "distance"},
                                    Wish{"__and__", "allowed"},
                                    Wish{"bitwise_and", "allowed"},
                                    Wish{"logical_and", "allowed"}};

template <std::size_t N>
std::string whole_match(const std::array<Wish, N>& wishes, const std::string& text) {
  for (const Wish& wish : wishes) {
    if (text == wish.pattern) return std::string(wish.name);
  }
  return "";
}

template <std::size_t N>
std::string part_match(const std::array<Wish, N>& wishes, const std::string& text) {
  for (const Wish& wish : wishes) {
    if (text.find(wish.pattern) != std::string::npos) return std::string(wish.name);
  }
  return "";
}

const Component* child_of(const Tree& tree, const Component& parent, const Statement& statement) {
  const auto* call = std::get_if<ChildCall>(&statement);
  return call == nullptr ? nullptr : &tree.components[parent.children[call->child].component];
}

bool is_matmul(const std::string& operation) {
  return operation == "matmul" || operation == "bmm" || operation == "scaled_matmul";
}

// Whether the result runs, through plumbing and arithmetic alone, into a softmax.
bool feeds_softmax(const Tree& tree, const Component& parent, std::size_t statement) {
  std::vector<LocalId> stream = made_by(parent.body[statement]);
  for (std::size_t i = statement + 1; i < parent.body.size(); ++i) {
    const std::vector<LocalId> read = read_by(parent.body[i]);
    const bool reads = std::ranges::any_of(
        read, [&](LocalId local) { return std::ranges::find(stream, local) != stream.end(); });
    if (!reads) continue;
    const Component* child = child_of(tree, parent, parent.body[i]);
    if (child != nullptr) return child->operation.starts_with("softmax");
    const auto& made = made_by(parent.body[i]);
    stream.insert(stream.end(), made.begin(), made.end());
  }
  return false;
}

// Whether the child's first operand comes, through plumbing alone, from a softmax.
bool follows_softmax(const Tree& tree, const Component& parent, std::size_t statement) {
  const std::vector<LocalId> read = read_by(parent.body[statement]);
  if (read.empty()) return false;
  LocalId local = read.front();
  for (std::size_t i = statement; i-- > 0;) {
    const auto& made = made_by(parent.body[i]);
    if (std::ranges::find(made, local) == made.end()) continue;
    const Component* child = child_of(tree, parent, parent.body[i]);
    if (child != nullptr) return child->operation.starts_with("softmax");
    const std::vector<LocalId> before = read_by(parent.body[i]);
    if (before.empty()) return false;
    local = before.front();
  }
  return false;
}

// The value is only ever a later operand of other modules, such as what an encoder hands to all
// layers of a decoder.
bool is_side_input(const Tree& tree, const Component& parent, LocalId local) {
  int uses = 0;
  for (const Statement& statement : parent.body) {
    const std::vector<LocalId> read = read_by(statement);
    const auto found = std::ranges::find(read, local);
    if (found == read.end()) continue;
    const Component* child = child_of(tree, parent, statement);
    if (child == nullptr || child->level == 0 || found == read.begin()) return false;
    ++uses;
  }
  return uses >= 1;
}

// Where one of several results comes from: the last named thing on the way to it inside the child.
std::string source_of(const Tree& tree, const Component& component, LocalId local, int depth) {
  for (std::size_t i = component.body.size(); i-- > 0;) {
    const Statement& statement = component.body[i];
    const auto& made = made_by(statement);
    const auto found = std::ranges::find(made, local);
    if (found == made.end()) continue;
    if (const Component* child = child_of(tree, component, statement)) {
      const auto& call = std::get<ChildCall>(statement);
      if (child->outputs.size() > 1 && depth < 4) {
        return source_of(tree, *child, child->outputs[found - made.begin()], depth + 1);
      }
      if (!noun_of(child->operation).empty()) return noun_of(child->operation);
      return component.children[call.child].name;
    }
    const std::vector<LocalId> read = read_by(statement);
    if (read.empty() || std::get<OperatorCall>(statement).role == CallRole::kKernel) break;
    local = read.front();
  }
  return component.locals[local].name;
}

std::string last_word(const std::string& name) {
  const std::string word = name.substr(name.rfind('_') + 1);
  const bool telling = word.size() >= 4 && word != "norm" && word != "proj" && word != "layer" &&
                       word != "layernorm" && word != "linear" && word != name;
  return telling ? word : "";
}

void name_child_results(const Tree& tree, const Component& parent, std::int32_t statement,
                        std::vector<ResultWishes>& wishes) {
  const auto& call = std::get<ChildCall>(parent.body[statement]);
  const Child& child = parent.children[call.child];
  const Component& component = tree.components[child.component];
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    ResultWishes& own = wishes[i];
    if (component.outputs.size() > 1) {
      const std::string source = source_of(tree, component, component.outputs[i], 0);
      // The first result of a layer or fusion mostly is the stream that went in.
      const bool stream = i == 0 && component.level > 0 && !component.inputs.empty() &&
                          component.locals[component.inputs.front()].sizes ==
                              component.locals[component.outputs.front()].sizes;
      (stream ? own.weak : own.strong).push_back(source);
      // The table of a second rope keeps its results together: cos_2, sin_2.
      if (component.level == 0) own.strong.push_back(source + "_2");
    }
    if (i > 0) continue;
    if (is_matmul(component.operation)) {
      if (feeds_softmax(tree, parent, statement)) own.strong.emplace_back("scores");
      if (follows_softmax(tree, parent, statement)) own.strong.emplace_back("context");
    } else if (component.operation.starts_with("softmax")) {
      own.strong.emplace_back("probs");
    }
    own.strong.push_back(noun_of(component.operation));
    if (!own.strong.back().empty()) {
      // Of two masks the second has its kind in front: `window_mask`.
      const std::string& operation = component.operation;
      const std::size_t last = operation.rfind('_');
      const std::size_t before = last == std::string::npos || last == 0
                                     ? std::string::npos
                                     : operation.rfind('_', last - 1);
      own.strong.push_back(operation);
      if (before != std::string::npos) own.strong.push_back(operation.substr(before + 1));
      own.strong.push_back(noun_of(operation) + "_2");
    }
    own.strong.push_back(whole_match(kByMember, child.name));
    own.strong.push_back(part_match(kByPartOfMember, child.name));
    if (child.name == "q" || child.name == "k" || child.name == "v") {
      own.strong.push_back(child.name + "_states");
    }
    if (call.outputs[i] != kNone && is_side_input(tree, parent, call.outputs[i])) {
      if (is_floating(parent.locals[call.outputs[i]].dtype)) own.strong.emplace_back("memory");
    }
    if (component.level > 0) own.medium.push_back(part_match(kByParent, component.operation));
    if (component.operation.ends_with("_norm")) own.medium.emplace_back("normed");
    // A kernel that is no module of the author's says what it makes.
    const bool functional = component.level == 0 && child.name.starts_with(component.operation);
    if (functional) own.weak.push_back(whole_match(kByOperator, component.operation));
    if (functional && is_matmul(component.operation)) own.weak.emplace_back("product");
    own.weak.push_back(last_word(child.name));
  }
  for (ResultWishes& own : wishes) own.weak.push_back(registered_name(child) + "_out");
}

void name_operator_results(const Component& component, const OperatorCall& call,
                           std::vector<ResultWishes>& wishes) {
  const std::vector<LocalId> read = read_by(call);
  const bool chooses = cond_part(*call.op) == CondPart::kEnd;
  const std::string operand = chooses        ? "chosen"
                              : read.empty() ? ""
                                             : component.locals[read.front()].name;
  const std::size_t count = call.outputs.size();
  if (operand == "qkv" && count == 3) {
    wishes[0].strong = {"q"};
    wishes[1].strong = {"k"};
    wishes[2].strong = {"v"};
  } else if (operand == "gate_up" && count == 2) {
    wishes[0].strong = {"gate"};
    wishes[1].strong = {"up"};
  } else if (count == 2 && call.role == CallRole::kPlumbing) {
    wishes[0].strong = {"first"};
    wishes[1].strong = {"second"};
  } else if (count == 2 && call.outputs[1] != kNone &&
             component.locals[call.outputs[1]].dtype == ScalarType::kInt64) {
    wishes[0].strong = {"values"};  // topk, sort, max along a dimension
    wishes[1].strong = {"indices"};
  } else if (call.op->name.find("lstm") != std::string::npos && (count == 2 || count == 3)) {
    const std::size_t hidden = count - 2;
    if (hidden == 1) wishes[0].strong = {"output"};
    wishes[hidden].strong = {"h"};
    wishes[hidden + 1].strong = {"c"};
  } else if (call.op->name == "gru" && count == 2) {
    wishes[0].strong = {"output"};
    wishes[1].strong = {"h"};
  } else if (count > 1) {
    for (std::size_t i = 0; i < count; ++i) {
      wishes[i].strong = {numbered(operand.empty() ? "part" : operand, static_cast<int>(i))};
    }
  } else if (call.role == CallRole::kPlumbing) {
    const bool is_part = call.op->name == "select" || call.op->name == "slice";
    if (call.op->name == "cat" || call.op->name == "stack") wishes[0].weak = {"joined"};
    wishes[0].weak.push_back(is_part ? "part" : operand);
    wishes[0].weak.push_back(operand + (is_part ? "_part" : "_view"));
  } else if (count == 1) {
    const std::string noun = whole_match(kByOperator, call.op->name);
    wishes[0].weak = {noun.empty() ? identifier(snake_case(call.op->name)) : noun};
    if (call.op->name == "arange") wishes[0].weak = {"i", "j", "k", "l"};
    if (noun == "picked") wishes[0].weak.emplace_back("other");
  }
}

}  // namespace

std::string noun_of(const std::string& operation) {
  if (operation.ends_with("_mask")) return "mask";
  if (operation == "position_ids") return "positions";
  if (operation.ends_with("_bucket")) return "bucket";
  if (operation == "alibi") return "bias";
  if (operation == "sum_normalize") return "weights";
  return "";
}

std::vector<ResultWishes> result_wishes(const Tree& tree, const Component& component,
                                        std::int32_t statement) {
  const Statement& here = component.body[statement];
  std::vector<ResultWishes> wishes(made_by(here).size());
  if (std::holds_alternative<ChildCall>(here)) {
    name_child_results(tree, component, statement, wishes);
  } else {
    name_operator_results(component, std::get<OperatorCall>(here), wishes);
  }
  for (ResultWishes& own : wishes) {
    for (auto* list : {&own.strong, &own.medium, &own.weak}) std::erase(*list, "");
  }
  return wishes;
}

}  // namespace strata
