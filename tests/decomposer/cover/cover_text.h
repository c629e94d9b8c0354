#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "decomposer/cover/cover.h"
#include "decomposer/cover/well_formed.h"
#include "kernels_l0/catalogue.h"
#include "tests/decomposer/graph_text.h"

namespace strata {

// A graph and its cover, which is checked against the invariants of covers.
struct Covered {
  explicit Covered(std::string_view text, const std::vector<Kernel>& kernels = catalogue())
      : graph(graph_from_text(text)), cover(strata::cover(graph, kernels)) {
    check_well_formed(graph, cover);
  }

  // The kernel that makes a value, or "plumbing", "arithmetic".
  std::string kernel_of(std::string_view value) const {
    const auto node = static_cast<std::size_t>(maker_of(graph, value));
    const std::int32_t kernel = cover.kernel_of[node];
    if (kernel != kNone) return cover.kernels[static_cast<std::size_t>(kernel)].operation;
    return cover.roles[node] == Role::kPlumbing ? "plumbing" : "arithmetic";
  }
  bool together(std::string_view a, std::string_view b) const {
    const auto kernel = [&](std::string_view value) {
      return cover.kernel_of[static_cast<std::size_t>(maker_of(graph, value))];
    };
    return kernel(a) != kNone && kernel(a) == kernel(b);
  }
  // The kernels' operations in order, "linear relu linear".
  std::string operations() const {
    std::string text;
    for (const KernelRegion& kernel : cover.kernels)
      text += (text.empty() ? "" : " ") + kernel.operation;
    return text;
  }

  Graph graph;
  Cover cover;
};

}  // namespace strata
