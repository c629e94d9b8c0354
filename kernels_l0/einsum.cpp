#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "kernels_l0/kernels.h"

namespace strata::kernels {
namespace {

// "bij,bjk->bik" as the labels of each operand and of the result; nullopt with an ellipsis or
// without an arrow.
struct Equation {
  std::vector<std::string> operands;
  std::string result;
};

std::optional<Equation> read_equation(std::string_view text) {
  Equation equation;
  equation.operands.emplace_back();
  const std::size_t arrow = text.find("->");
  if (arrow == std::string_view::npos || text.find("...") != std::string_view::npos)
    return std::nullopt;
  for (const char c : text.substr(0, arrow)) {
    if (c == ',') equation.operands.emplace_back();
    if (c != ',' && c != ' ') equation.operands.back() += c;
  }
  for (const char c : text.substr(arrow + 2)) {
    if (c != ' ') equation.result += c;
  }
  return equation;
}

bool is_in(char label, std::string_view labels) { return labels.find(label) != std::string::npos; }

Count product_of(std::string_view labels, const std::map<char, std::int64_t>& sizes) {
  Count product = 1;
  for (const char label : labels) product = product * sizes.at(label);
  return product;
}

std::optional<Flops> einsum_flops(const Operation& operation) {
  const auto equation = read_equation(operation.text("equation"));
  if (!equation || !operation.integers("path").empty()) return std::nullopt;
  std::map<char, std::int64_t> sizes;
  for (std::size_t i = 0; i < equation->operands.size(); ++i) {
    const TensorShape& operand = operation.operand(i);
    for (std::size_t d = 0; d < operand.sizes.size(); ++d)
      sizes[equation->operands[i].at(d)] =
          std::max(sizes[equation->operands[i].at(d)], operand.sizes[d]);
  }
  Flops flops;
  std::string left = equation->operands.front();
  for (std::size_t i = 1; i < equation->operands.size(); ++i) {
    std::string needed = equation->result;
    for (std::size_t later = i + 1; later < equation->operands.size(); ++later)
      needed += equation->operands[later];
    std::string all = left;
    for (const char label : equation->operands[i]) {
      if (!is_in(label, all)) all += label;
    }
    std::string kept;
    for (const char label : all) {
      if (is_in(label, needed)) kept += label;
    }
    const bool contracts = kept.size() < all.size();
    (contracts ? flops.matrix : flops.vector) += product_of(all, sizes) * (contracts ? 2 : 1);
    left = kept;
  }
  // What is left to sum of a single operand.
  if (equation->operands.size() == 1 && left.size() > equation->result.size())
    flops.vector += product_of(left, sizes);
  return flops;
}

}  // namespace

Kernel einsum() {
  return {
      .name = "einsum",
      .description = "a product summed over indices, as its equation says",
      .patterns = {"einsum(...)"},
      .operand_names = {},
      // 2 * the sizes of all indices of a contraction of two operands (torch.utils.flop_counter
      // counts the bmm that it becomes); operands are taken from the left.
      .flops = einsum_flops,
  };
}

}  // namespace strata::kernels
