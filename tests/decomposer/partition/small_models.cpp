#include "tests/decomposer/partition/small_models.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "decomposer/partition/partition.h"
#include "decomposer/tree/well_formed.h"
#include "kernels_l0/catalogue.h"
#include "tests/decomposer/graph_text.h"

namespace strata {

std::string residual_stack(int layers) {
  std::string text = "input %x0 : fp32[2,8]\n";
  std::string body;
  for (int i = 0; i < layers; ++i) {
    text += fmt::format(
        "parameter %g{0} \"layers.{0}.norm.weight\" : fp32[8]\n"
        "parameter %b{0} \"layers.{0}.norm.bias\" : fp32[8]\n"
        "parameter %u{0} \"layers.{0}.up.weight\" : fp32[16,8]\n"
        "parameter %d{0} \"layers.{0}.down.weight\" : fp32[8,16]\n"
        "class layers.{0} = zoo.ResidualLayer\n",
        i);
    body += fmt::format(
        "%n{0} = aten::layer_norm(%x{0}, [8], %g{0}, %b{0}) : fp32[2,8] @layers.{0}/norm\n"
        "%p{0} = aten::linear(%n{0}, %u{0}) : fp32[2,16] @layers.{0}/up\n"
        "%a{0} = aten::relu(%p{0}) : fp32[2,16] @layers.{0}/act\n"
        "%q{0} = aten::linear(%a{0}, %d{0}) : fp32[2,8] @layers.{0}/down\n"
        "%x{1} = aten::add.Tensor(%x{0}, %q{0}) : fp32[2,8] @layers.{0}\n",
        i, i + 1);
  }
  text += "parameter %h \"head.weight\" : fp32[3,8]\n" + body;
  return text + fmt::format("%y = aten::linear(%x{}, %h) : fp32[2,3] @head\nreturn %y\n", layers);
}

Parted parted(const std::string& text) {
  Parted result;
  result.graph = graph_from_text(text);
  result.cover = cover(result.graph, catalogue());
  result.tree = partition(result.graph, result.cover);
  for (const TreeViolation& violation : violations_of(result.tree, result.graph)) {
    ADD_FAILURE() << violation.rule << " " << violation.subject << ": " << violation.message;
  }
  return result;
}

const Component& component_called(const Tree& tree, const std::string& operation) {
  for (const Component& component : tree.components) {
    if (component.operation == operation) return component;
  }
  ADD_FAILURE() << "no component computes " << operation;
  return tree.components.back();
}

int count_called(const Tree& tree, const std::string& operation) {
  return static_cast<int>(std::ranges::count(tree.components, operation, &Component::operation));
}

}  // namespace strata
