#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "decomposer/graph/graph.h"

namespace strata {

using ComponentId = std::int32_t;  // index into Tree::components
using InstanceId = std::int32_t;   // index into Tree::instances
using LocalId = std::int32_t;      // index into Component::locals

// A tensor inside a component's forward: an input, a parameter, or a result of a statement.
struct Local {
  std::string name;  // C++ identifier, as a person would call it; several locals may share one when
                     // the later replaces the earlier
  std::vector<std::int64_t> sizes;
  ScalarType dtype = ScalarType::kFloat32;
};

// A member tensor of an L0 component.
struct ComponentParameter {
  std::string name;  // member name: "weight"
  LocalId local = kNone;
  ParameterKind kind = ParameterKind::kParameter;
  std::vector<std::int64_t>
      strides;  // elements; a transposed view keeps its strides, for bit-equality
  bool requires_grad = false;
};

// Who answers for an operator call inside a body.
enum class CallRole : std::uint8_t { kPlumbing, kArithmetic, kKernel };

struct OperatorCall {
  std::shared_ptr<const OperatorSchema> op;
  std::vector<Argument> arguments;  // ValueRef::id is a LocalId
  std::vector<LocalId> outputs;     // kNone for results that are None or numbers
  CallRole role = CallRole::kKernel;
};

struct ChildCall {
  std::int32_t child = kNone;   // index into Component::children
  std::vector<LocalId> inputs;  // one per input of the child's component
  std::vector<LocalId>
      outputs;  // one per output of the child's component; kNone where the result is not used
};

using Statement = std::variant<OperatorCall, ChildCall>;

// A member module of a parent. One child may be called several times (a shared layer).
struct Child {
  std::string name;                   // member name from the author's: "attn", "h"
  std::optional<std::int32_t> index;  // place in a list of the same name: "h" and 3
  ComponentId component = kNone;
};

// The name under which a child is registered in its parent: "attn", "h_3".
std::string registered_name(const Child& child);

// A definition: one file. Structurally equal ones are one component.
struct Component {
  int level = 0;     // 3 model, 2 layer, 1 fusion, 0 kernel
  std::string name;  // file stem and namespace: "linear_1x64x768_768x3072_fp32"; unique in the tree
  std::string operation;    // the name without shapes: "linear", "gpt2_block"
  std::string class_name;   // the author's class, fully qualified; "" when there is none
  std::string description;  // what it computes
  std::string hash;         // structural: operators, attributes, shapes, dtypes, wiring, children's
                            // hashes; hexadecimal
  std::vector<Local> locals;
  std::vector<LocalId> inputs;   // forward's parameters, in order
  std::vector<LocalId> outputs;  // forward's results, in order; may repeat, may be an input
  std::vector<ComponentParameter> parameters;  // L0 only
  std::vector<Child> children;                 // parents only; strictly lower levels
  std::vector<Statement> body;  // in an order in which every local is made before it is read
};

// One place where a component is used.
struct Instance {
  ComponentId component = kNone;
  InstanceId parent = kNone;       // kNone for the root, which is instance 0
  std::int32_t statement = kNone;  // which ChildCall of the parent's body this is
  std::string path;  // registered names from the root, dotted: "h_3.attn.c_attn"; "" for the root.
                     // Instances that share a child (one module called twice) share the path.
  std::string original_path;  // the author's module path: "transformer.h.3.attn.c_attn"; of the
                              // nearest frame that holds it
  int call = 0;               // which call of that child this is
  std::vector<ValueId>
      values;  // one per local of the component: the value of the graph it stands for
  std::vector<NodeId> nodes;  // one per OperatorCall of the body, in order: the node it stands for
  std::vector<ParameterId> weights;  // one per parameter of the component
};

// All components and instances. With the Graph it was made from it says who owns every node: the
// instance whose `nodes` hold it, or Graph::dropped.
struct Tree {
  std::vector<Component> components;  // children before parents; the root is the last
  std::vector<Instance> instances;    // parents before children; the root is the first
  std::vector<LogEntry> log;
};

// The folder of a level: "level_0_kernel" to "level_3_model".
std::string level_folder(int level);
// "level_0_kernel/linear_1x64x768_768x3072_fp32.h", relative to the output folder.
std::string file_of(const Component& component);
// Instances that are children of this one, in the order of the body's child calls.
std::vector<InstanceId> children_of(const Tree& tree, InstanceId instance);
// All instances of a component, in order.
std::vector<InstanceId> instances_of(const Tree& tree, ComponentId component);
// Every node that an instance or one of its descendants owns, ascending.
std::vector<NodeId> nodes_below(const Tree& tree, InstanceId instance);
// The root, and all components that have children, downwards: the steps, in the order in which they
// are verified.
std::vector<ComponentId> steps_of(const Tree& tree);

}  // namespace strata
