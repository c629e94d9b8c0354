#include "decomposer/tree/well_formed.h"

#include <gtest/gtest.h>

#include <set>

#include "kernels_l0/error.h"
#include "tests/decomposer/partition/small_models.h"

namespace strata {
namespace {

// A good tree of all four levels, and what a test breaks in it.
class TreeRules : public ::testing::Test {
 protected:
  TreeRules() : model_(parted(residual_stack(2))), tree_(model_.tree) {}

  std::set<std::string> broken() const {
    std::set<std::string> rules;
    for (const TreeViolation& violation : violations_of(tree_, model_.graph))
      rules.insert(violation.rule);
    return rules;
  }
  Component& component(const std::string& operation) {
    for (Component& candidate : tree_.components) {
      if (candidate.operation == operation) return candidate;
    }
    throw std::runtime_error("no component computes " + operation);
  }
  Component& root() { return tree_.components.back(); }
  Component& layer() { return component("residual_layer"); }
  Instance& instance(const std::string& path) {
    for (Instance& candidate : tree_.instances) {
      if (candidate.path == path) return candidate;
    }
    throw std::runtime_error("no instance " + path);
  }
  static OperatorCall& operator_call(Component& component) {
    for (Statement& statement : component.body) {
      if (auto* call = std::get_if<OperatorCall>(&statement)) return *call;
    }
    throw std::runtime_error("no operator call");
  }
  static ChildCall& child_call(Component& component, std::size_t place) {
    return std::get<ChildCall>(component.body[place]);
  }

  using Rules = std::set<std::string>;
  Parted model_;
  Tree tree_;
};

TEST_F(TreeRules, HoldForAGoodTree) {
  EXPECT_EQ(broken(), Rules{});
  EXPECT_NO_THROW(require_well_formed(tree_, model_.graph));
}

TEST_F(TreeRules, T1RootIsTheOnlyModel) {
  root().level = 2;
  EXPECT_TRUE(broken().contains("T1"));
}

TEST_F(TreeRules, T2ChildrenAreOfLowerLevels) {
  component("mlp").level = 2;
  EXPECT_EQ(broken(), Rules{"T2"});
}

TEST_F(TreeRules, T2ChildrenStandBeforeTheirParents) {
  layer().children[0].component = static_cast<ComponentId>(tree_.components.size()) - 1;
  EXPECT_EQ(broken(), Rules{"T2"});
}

TEST_F(TreeRules, T3NamesAreUnique) {
  component("mlp").name = layer().name;
  EXPECT_EQ(broken(), Rules{"T3"});
}

TEST_F(TreeRules, T3NamesAreIdentifiers) {
  layer().name = "2_layers";
  EXPECT_EQ(broken(), Rules{"T3"});
  layer().name = std::string(120, 'a');
  EXPECT_EQ(broken(), Rules{"T3"});
}

TEST_F(TreeRules, T4ChildrenHaveNamesOfTheirOwn) {
  component("mlp").children[0].name = component("mlp").children[1].name;
  EXPECT_TRUE(broken().contains("T4"));
}

TEST_F(TreeRules, T4LocalsDoNotHideMembers) {
  Component& mlp = component("mlp");
  mlp.locals[mlp.inputs[0]].name = mlp.children[0].name;
  EXPECT_EQ(broken(), Rules{"T4"});
}

TEST_F(TreeRules, T5LocalsHaveNames) {
  layer().locals[layer().inputs[0]].name = "";
  EXPECT_EQ(broken(), Rules{"T5"});
}

TEST_F(TreeRules, T6KernelsHoldOperatorCalls) {
  component("relu").body.clear();
  EXPECT_TRUE(broken().contains("T6"));
}

TEST_F(TreeRules, T6ParentsOwnNoParameters) {
  ComponentParameter parameter;
  parameter.name = "weight";
  parameter.local = layer().inputs[0];
  layer().parameters.push_back(parameter);
  EXPECT_TRUE(broken().contains("T6"));
}

TEST_F(TreeRules, T7NoComputeIsLooseInAParent) {
  operator_call(layer()).role = CallRole::kKernel;
  EXPECT_EQ(broken(), Rules{"T7"});
}

TEST_F(TreeRules, T8LocalsAreMadeBeforeTheyAreRead) {
  std::swap(layer().body[0], layer().body[1]);
  EXPECT_TRUE(broken().contains("T8"));
}

TEST_F(TreeRules, T8LocalsExist) {
  layer().outputs[0] = 99;
  EXPECT_EQ(broken(), Rules{"T8"});
}

TEST_F(TreeRules, T9OutputsAreMade) {
  layer().locals.push_back({"never", {2, 8}, ScalarType::kFloat32});
  layer().outputs[0] = static_cast<LocalId>(layer().locals.size()) - 1;
  EXPECT_TRUE(broken().contains("T9"));
}

TEST_F(TreeRules, T10CallsHaveAllPorts) {
  child_call(layer(), 0).inputs.clear();
  EXPECT_EQ(broken(), Rules{"T10"});
}

TEST_F(TreeRules, T10PortsHaveTheShapeOfWhatIsPassed) {
  Component& norm = component("layer_norm");
  norm.locals[norm.inputs[0]].sizes = {2, 9};
  EXPECT_EQ(broken(), (Rules{"T10", "T19"}));
}

TEST_F(TreeRules, T11EveryChildIsCalled) {
  Child extra = layer().children[0];
  extra.name = "extra";
  layer().children.push_back(extra);
  EXPECT_EQ(broken(), Rules{"T11"});
}

TEST_F(TreeRules, T12ANameIsNotReadAfterAnotherLocalTookIt) {
  // The norm's result takes the name of the stream, which the residual add reads later.
  layer().locals[child_call(layer(), 0).outputs[0]].name = layer().locals[layer().inputs[0]].name;
  EXPECT_EQ(broken(), Rules{"T12"});
}

TEST_F(TreeRules, T13EqualStructuresAreOneComponent) {
  component("mlp").hash = layer().hash;
  EXPECT_EQ(broken(), Rules{"T13"});
}

TEST_F(TreeRules, T14InstancesFollowTheirParents) {
  instance("layers_0.mlp").parent = static_cast<InstanceId>(tree_.instances.size()) - 1;
  EXPECT_EQ(broken(), Rules{"T14"});
}

TEST_F(TreeRules, T15EveryCallHasAnInstance) {
  tree_.instances.pop_back();
  EXPECT_TRUE(broken().contains("T15"));
}

TEST_F(TreeRules, T16TablesAreComplete) {
  instance("layers_0.mlp.up").weights.clear();
  EXPECT_EQ(broken(), Rules{"T16"});
}

TEST_F(TreeRules, T17PathsFollowTheMembers) {
  instance("layers_0.mlp.up").path = "layers_0.mlp.down";
  EXPECT_EQ(broken(), Rules{"T17"});
}

TEST_F(TreeRules, T18NodesHaveOneOwner) {
  instance("layers_0.mlp.up").nodes = instance("layers_1.mlp.up").nodes;
  EXPECT_EQ(broken(), Rules{"T18"});
}

TEST_F(TreeRules, T18NodesRunTheirStatementsOperator) {
  std::swap(instance("layers_0.mlp.up").nodes, instance("layers_0.mlp.act").nodes);
  EXPECT_EQ(broken(), Rules{"T18"});
}

TEST_F(TreeRules, T19LocalsHaveTheShapeOfTheirValues) {
  Instance& up = instance("layers_0.mlp.up");
  Component& linear = tree_.components[static_cast<std::size_t>(up.component)];
  up.values[static_cast<std::size_t>(linear.parameters[0].local)] =
      up.values[static_cast<std::size_t>(linear.inputs[0])];
  EXPECT_EQ(broken(), Rules{"T19"});
}

TEST_F(TreeRules, T20WeightsFit) {
  instance("layers_0.mlp.up").weights = instance("layers_0.mlp.down").weights;
  EXPECT_EQ(broken(), Rules{"T20"});
}

TEST_F(TreeRules, T21PortsStandForWhatIsPassed) {
  // Both norms read tensors of one shape, so that only the wiring gives it away.
  std::swap(instance("layers_0.norm").values, instance("layers_1.norm").values);
  EXPECT_EQ(broken(), Rules{"T21"});
}

TEST_F(TreeRules, T22TheRootReturnsTheGraphsResults) {
  root().outputs.push_back(root().outputs[0]);
  EXPECT_EQ(broken(), Rules{"T22"});
}

TEST_F(TreeRules, ABrokenTreeIsRefusedWithTheRuleAndThePlace) {
  operator_call(layer()).role = CallRole::kKernel;
  try {
    require_well_formed(tree_, model_.graph);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "tree.malformed");
    EXPECT_NE(std::string(error.what()).find("residual_layer"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("T7"), std::string::npos);
  }
}

}  // namespace
}  // namespace strata
