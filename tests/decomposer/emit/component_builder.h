#pragma once

#include <map>
#include <string>
#include <vector>

#include "decomposer/tree/tree.h"

namespace strata {

using Sizes = std::vector<std::int64_t>;

// Builds a Component in a few readable lines, for tests:
//
//   ComponentBuilder norm(0, "layer_norm", "layer_norm_1x64x768_768_768_fp32");
//   const LocalId x = norm.input("x", {1, 64, 768});
//   const LocalId weight = norm.parameter("weight", {768});
//   norm.returns({norm.call("aten::layer_norm", {ValueRef{x}, Sizes{768}, ValueRef{weight}}, "y",
//   {1, 64, 768})});
//
// Arguments that are left out get the schema's defaults.
class ComponentBuilder {
 public:
  ComponentBuilder(int level, std::string operation, std::string name);

  LocalId input(std::string name, Sizes sizes, ScalarType dtype = ScalarType::kFloat32);
  LocalId parameter(std::string name, Sizes sizes, ParameterKind kind = ParameterKind::kParameter,
                    ScalarType dtype = ScalarType::kFloat32);
  // op: "aten::add.Tensor". One result; its name is a wish, as in Local::name.
  LocalId call(const std::string& op, std::vector<Argument> arguments, std::string name,
               Sizes sizes, ScalarType dtype = ScalarType::kFloat32);
  // Several results of the same sizes.
  std::vector<LocalId> call_list(const std::string& op, std::vector<Argument> arguments,
                                 const std::vector<std::string>& names, const Sizes& sizes);
  // Adds a child; `forward` calls it.
  std::int32_t child(std::string name, ComponentId component);
  std::int32_t child(std::string name, std::int32_t index, ComponentId component);
  LocalId forward(std::int32_t child, std::vector<LocalId> inputs, std::string name, Sizes sizes);
  std::vector<LocalId> forward(std::int32_t child, std::vector<LocalId> inputs,
                               const std::vector<std::string>& names,
                               const std::vector<Sizes>& sizes);
  void returns(std::vector<LocalId> outputs);

  Component& component() { return component_; }

 private:
  LocalId local(std::string name, Sizes sizes, ScalarType dtype);
  OperatorCall operator_call(const std::string& op, std::vector<Argument> arguments) const;
  Component component_;
};

}  // namespace strata
