#include "decomposer/cover/well_formed.h"

#include <algorithm>

#include "decomposer/normalise/storage_groups.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

std::size_t index(std::int32_t id) { return static_cast<std::size_t>(id); }

class CoverCheck {
 public:
  CoverCheck(const Graph& graph, const Cover& cover)
      : graph_(graph), cover_(cover), readers_(readers_of(graph)), returned_(graph.values.size()) {
    for (const Argument& output : graph.outputs) {
      for (const ValueRef value : tensors_in(output)) returned_[index(value.id)] = true;
    }
  }

  void ownership() const {
    std::vector<int> owners(graph_.nodes.size());
    require(cover_.kernel_of.size() == graph_.nodes.size() &&
                cover_.roles.size() == graph_.nodes.size(),
            "C1", graph_.name, "roles and kernel_of have one entry per node");
    for (std::size_t i = 0; i < cover_.kernels.size(); ++i) {
      for (const NodeId id : cover_.kernels[i].nodes) {
        ++owners[index(id)];
        require(cover_.kernel_of[index(id)] == static_cast<std::int32_t>(i), "C1", name(id),
                "kernel_of names the kernel that holds the node");
      }
    }
    for (std::size_t i = 0; i < owners.size(); ++i) {
      const bool owned = cover_.kernel_of[i] != kNone;
      require(owners[i] == (owned ? 1 : 0), "C1", graph_.nodes[i].name,
              "a node is in one kernel at most");
      const bool needs = cover_.roles[i] == Role::kCompute || cover_.roles[i] == Role::kConstant;
      require(owned || !needs, "C2", graph_.nodes[i].name, "compute and constants are in kernels");
    }
  }

  void parameters() const {
    std::vector<bool> parameter(graph_.values.size());
    for (const Parameter& one : graph_.parameters) parameter[index(one.value)] = true;
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (cover_.kernel_of[i] != kNone) continue;
      for (const ValueId input : inputs_of(graph_.nodes[i])) {
        require(!parameter[index(input)], "C3", graph_.nodes[i].name,
                "only kernels read parameters");
      }
    }
  }

  // Takes away what nothing left leads to; what stays runs in circles.
  void convexity() const {
    const std::size_t kernels = cover_.kernels.size();
    const auto unit = [&](NodeId id) {
      const std::int32_t kernel = cover_.kernel_of[index(id)];
      return kernel == kNone ? kernels + index(id) : index(kernel);
    };
    std::vector<std::vector<std::size_t>> after(kernels + graph_.nodes.size());
    std::vector<int> before(after.size());
    const auto edge = [&](NodeId from, NodeId to) {
      if (from == kNone || unit(from) == unit(to)) return;
      after[unit(from)].push_back(unit(to));
      ++before[unit(to)];
    };
    for (NodeId id = 0; id < static_cast<NodeId>(graph_.nodes.size()); ++id) {
      for (const ValueId input : inputs_of(graph_.nodes[index(id)])) {
        edge(graph_.values[index(input)].producer, id);
      }
    }
    for (const auto& [earlier, later] : cover_.effects) edge(earlier, later);
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (before[i] == 0) open.push_back(i);
    }
    while (!open.empty()) {
      const std::size_t one = open.back();
      open.pop_back();
      for (const std::size_t next : after[one]) {
        if (--before[next] == 0) open.push_back(next);
      }
    }
    for (std::size_t i = 0; i < kernels; ++i) {
      require(before[i] == 0, "C4",
              cover_.kernels[i].operation + " at " + name(cover_.kernels[i].nodes.front()),
              "no path leaves a kernel and comes back");
    }
  }

  void ports() const {
    for (const KernelRegion& kernel : cover_.kernels) {
      const auto inside = [&](NodeId id) {
        return std::binary_search(kernel.nodes.begin(), kernel.nodes.end(), id);
      };
      bool shows = false;
      for (const NodeId id : kernel.nodes) {
        shows |= !written_by(graph_.nodes[index(id)]).empty();
        for (const ValueId output : graph_.nodes[index(id)].outputs) {
          if (output == kNone) continue;
          const auto& readers = readers_[index(output)];
          shows |= returned_[index(output)] || !std::all_of(readers.begin(), readers.end(), inside);
        }
      }
      const bool random = std::any_of(kernel.nodes.begin(), kernel.nodes.end(), [&](NodeId id) {
        return draws_random_numbers(graph_.nodes[index(id)]);
      });
      require(shows || random, "C5", kernel.operation + " at " + name(kernel.nodes.front()),
              "a kernel's results are read");
      for (const ValueId operand : kernel.operands) {
        const auto& readers = readers_[index(operand)];
        const NodeId maker = graph_.values[index(operand)].producer;
        require(std::any_of(readers.begin(), readers.end(), inside) &&
                    (maker == kNone || !inside(maker)),
                "C6", kernel.operation + " at " + name(kernel.nodes.front()),
                "operands are read in the kernel and made outside");
      }
    }
  }

 private:
  const std::string& name(NodeId id) const { return graph_.nodes[index(id)].name; }

  static void require(bool holds, const char* invariant, const std::string& subject,
                      const std::string& rule) {
    if (!holds) {
      throw Error(std::string("cover.") + invariant,
                  subject + ": " + rule + "; this is a fault of the cover, please report it");
    }
  }

  const Graph& graph_;
  const Cover& cover_;
  std::vector<std::vector<NodeId>> readers_;
  std::vector<bool> returned_;
};

}  // namespace

void check_well_formed(const Graph& graph, const Cover& cover) {
  const CoverCheck check(graph, cover);
  check.ownership();
  check.parameters();
  check.convexity();
  check.ports();
}

}  // namespace strata
