#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "decomposer/graph/graph.h"
#include "decomposer/load/archive_weights.h"
#include "decomposer/load/coerce_argument.h"
#include "decomposer/load/module_stack.h"
#include "decomposer/load/program.h"

namespace strata {

// Makes names unique: "mul", "mul_1", "mul_2".
class UniqueNames {
 public:
  std::string take(std::string_view wanted);

 private:
  std::unordered_map<std::string, int> taken_;  // and the last number that was tried behind it
};

// The state of build_graph. Its functions are grouped in three files: the program's ends
// (read_signature.cpp), its nodes (graph_builder.cpp) and the bodies of higher-order operators
// (inline_bodies.cpp).
class GraphBuilder {
 public:
  GraphBuilder(const Program& program, ArchiveWeights& weights)
      : program_(program), weights_(weights) {}
  Graph build();

 private:
  // A graph of the program while its nodes are read: the outermost, or the body of a higher-order
  // operator.
  struct Level {
    explicit Level(const ProgramGraph& from);
    const ProgramGraph& graph;
    std::unordered_map<std::string_view, const ProgramTensor*> tensors;
    std::unordered_map<std::string_view, const SymbolicNumber*> numbers;
    Scope scope;
    FrameId frame = kNone;  // of nodes that have no module stack
  };

  void bind(Level& level, std::string_view name, Argument value, JsonValue place);
  ValueId add_value(Level& level, std::string_view name, JsonValue place);
  // Binds a symbolic number to its hint; to `computed` when export recorded no hint. Without both
  // it depends on the data.
  void add_number(Level& level, std::string_view name, JsonValue place,
                  const std::optional<Argument>& computed = {});
  void log(std::string_view subject, std::string decision, std::string reason);

  void read_inputs(Level& level);
  void read_input(Level& level, const InputSpec& spec, const ProgramArgument& input);
  void add_parameter(Level& level, const InputSpec& spec, ParameterKind kind);
  // Names of tied weights that the configuration holds and the signature leaves out (strict exports
  // name only one).
  void add_unlisted_names();
  void read_outputs(Level& level);
  static Argument read_output(const ProgramArgument& output, const Scope& scope);
  // A parameter that is a result is returned through a node, an alias of it, so that every result
  // has an owner.
  Argument as_result(const Argument& output);
  // A functional program returns the new contents of what it mutates; the copy that ends it is made
  // a node.
  void add_mutation(const OutputSpec& spec, Level& level);
  ValueId mutated_value(const OutputSpec& spec, const Level& level) const;
  // Adds a call that the archive does not spell out: "copy_" or "alias". Its one result is like
  // `like`.
  ValueId add_own_node(const char* op, ValueId like, std::vector<Argument> arguments,
                       std::string reason);

  void read_node(const ProgramNode& node, Level& level);
  // Where the node read last writes its result into a tensor that it is given, `div.out`, it
  // becomes one with a result of its own and a copy of that.
  void copy_into_out(const ProgramNode& node, Level& level);
  FrameId frame_of(const ProgramNode& node, const Level& level);
  std::shared_ptr<const OperatorSchema> operator_of(const ProgramNode& node);
  static std::vector<Argument> read_arguments(const ProgramNode& node, const OperatorSchema& op,
                                              const Level& level);
  void add_output(const ProgramArgument& output, NodeId producer, Level& level,
                  std::vector<ValueId>& outputs);
  // A node all of whose results are symbolic numbers; they become constants.
  static bool computes_numbers(const ProgramNode& node);
  void specialise(const ProgramNode& node, Level& level);
  // A node without results that reads a number that depends on the data.
  static bool asserts_unknown(const ProgramNode& node, const Level& level);
  // Leaves a node out; the ledger has it with the reason.
  void drop(const ProgramNode& node, std::string reason);

  void read_higher_order(const ProgramNode& node, Level& level);
  // Reads the nodes of the body at input `body` in place of the node. Its operands are the inputs
  // from `operands` on, one by one or in a list.
  void inline_body(const ProgramNode& node, std::size_t body, std::size_t operands,
                   const std::string& reason, Level& level);
  // Reads the nodes of a body and returns its results.
  std::vector<Argument> read_body(const ProgramNode& node, std::size_t body, std::size_t operands,
                                  Level& level);
  // A branch on data: both bodies stay, in the brackets of decomposer/schema/cond.h.
  void read_cond(const ProgramNode& node, ValueRef predicate, Level& level);
  // The names that the node gives its results now stand for what the body returns.
  void bind_results(const ProgramNode& node, const std::vector<Argument>& results, Level& level);

  const Program& program_;
  ArchiveWeights& weights_;
  Graph graph_;
  FrameTable frames_;
  UniqueNames value_names_;
  UniqueNames node_names_;
  std::unordered_map<std::string_view, std::shared_ptr<const OperatorSchema>> operators_;
  std::unordered_map<ValueId, ValueId> results_;  // by parameter: the alias that is returned for it
};

// The name of a tensor or symbolic number.
std::optional<std::string_view> name_of(const ProgramArgument& argument);

}  // namespace strata
