// A tree's cost against the sum over the nodes of its graph, which knows no components, and what
// that sum says of trees in which something is counted twice or not at all.

#include <gtest/gtest.h>

#include <array>

#include "decomposer/cost/cost.h"
#include "decomposer/cost/formula_index.h"
#include "decomposer/decompose.h"
#include "kernels_l0/catalogue.h"
#include "kernels_l0/operator_flops.h"

namespace strata {
namespace {

constexpr std::array kModels = {"gpt2_small",   "bert_small",  "llama_small_bf16",
                                "resnet_small", "t5_small",    "albert_small",
                                "unet",         "tied_weights"};

Decomposition model(const std::string& name) {
  return decompose(std::string(STRATA_ZOO_DIR) + "/" + name + ".pt2");
}

// The node alone, as a component of one call.
Flops flops_of_node(const Graph& graph, const Node& node, const FormulaIndex& formulas) {
  Component alone;
  for (const Value& value : graph.values)
    alone.locals.push_back({value.name, value.meta.sizes, value.meta.dtype});
  const Operation operation = operation_of(alone, {node.op, node.arguments, node.outputs, {}});
  const OperatorFormulas* found = formulas.find(operation.name);
  const auto flops = found ? found->flops(operation) : operator_flops(operation);
  EXPECT_TRUE(flops.has_value()) << node.op->qualified_name();
  return flops.value_or(Flops{});
}

Flops flops_of_graph(const Graph& graph) {
  const FormulaIndex formulas(catalogue());
  Flops sum;
  for (const Node& node : graph.nodes) sum += flops_of_node(graph, node, formulas);
  return sum;
}

TEST(Ledger, EveryTreeCostsWhatItsNodesDo) {
  for (const char* name : kModels) {
    const Decomposition parts = model(name);
    const TreeCost cost = cost_of(parts.tree, catalogue());
    EXPECT_EQ(cost.total().flops, flops_of_graph(parts.normalised)) << name;
    Cost levels;
    for (std::size_t i = 0; i < cost.components.size(); ++i)
      levels += cost.components[i].own * cost.uses[i];
    EXPECT_EQ(levels, cost.total()) << name;
  }
}

// A call's FLOPs where it stands; children's in full.
Count flops_of_statement(const TreeCost& cost, const Component& component,
                         const Statement& statement) {
  if (const auto* child = std::get_if<ChildCall>(&statement)) {
    const ComponentId id = component.children[static_cast<std::size_t>(child->child)].component;
    return cost.components[static_cast<std::size_t>(id)].total.flops.total();
  }
  const Operation operation = operation_of(component, std::get<OperatorCall>(statement));
  const FormulaIndex formulas(catalogue());
  const OperatorFormulas* found = formulas.find(operation.name);
  return (found ? found->flops(operation) : operator_flops(operation))->total();
}

TEST(Ledger, ShowsEveryCallThatIsCountedTwiceOrNotAtAll) {
  int mutants = 0;
  for (const char* name : {"llama_small_bf16", "gpt2_small"}) {
    const Decomposition parts = model(name);
    const Flops expected = flops_of_graph(parts.normalised);
    const TreeCost cost = cost_of(parts.tree, catalogue());
    for (std::size_t c = 0; c < parts.tree.components.size(); ++c) {
      const Component& component = parts.tree.components[c];
      for (std::size_t s = 0; s < component.body.size(); ++s) {
        if (flops_of_statement(cost, component, component.body[s]) == Count(0)) continue;
        const auto place = static_cast<std::ptrdiff_t>(s);
        Tree without = parts.tree;
        without.components[c].body.erase(without.components[c].body.begin() + place);
        EXPECT_NE(cost_of(without, catalogue()).total().flops, expected)
            << name << ": " << component.name << " without call " << s;
        Tree twice = parts.tree;
        twice.components[c].body.insert(twice.components[c].body.begin() + place,
                                        component.body[s]);
        EXPECT_NE(cost_of(twice, catalogue()).total().flops, expected)
            << name << ": " << component.name << " with call " << s << " twice";
        mutants += 2;
      }
    }
  }
  EXPECT_GT(mutants, 100);
}

// Kernels whose formula is twice what it should be.
TEST(Ledger, ShowsEveryFormulaWithAWrongFactor) {
  const Decomposition parts = model("llama_small_bf16");
  const Flops expected = flops_of_graph(parts.normalised);
  int wrong = 0;
  for (std::size_t k = 0; k < catalogue().size(); ++k) {
    std::vector<Kernel> kernels = catalogue();
    if (kernels[k].flops == nullptr) continue;
    kernels[k].flops = [](const Operation& operation) -> std::optional<Flops> {
      return Flops{elements(operation.output()) * 3, elements(operation.output()) * 7};
    };
    const Flops found = cost_of(parts.tree, kernels).total().flops;
    wrong += found == expected ? 0 : 1;
  }
  EXPECT_GE(wrong, 4) << "linear, matmul, softmax, silu at least";
}

}  // namespace
}  // namespace strata
