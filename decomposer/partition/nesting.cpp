#include "decomposer/partition/nesting.h"

#include <algorithm>

namespace strata {

RegionId add_region(Nesting& nesting, RegionId parent, Region region) {
  const auto id = static_cast<RegionId>(nesting.regions.size());
  region.parent = parent;
  nesting.regions.push_back(std::move(region));
  if (parent != kNone) nesting.regions[parent].children.push_back(id);
  return id;
}

void dissolve(Nesting& nesting, RegionId region) {
  Region removed = std::move(nesting.regions[region]);
  nesting.regions[region] = Region{};
  Region& parent = nesting.regions[removed.parent];
  std::erase(parent.children, region);
  for (const RegionId child : removed.children) {
    nesting.regions[child].parent = removed.parent;
    parent.children.push_back(child);
  }
  parent.nodes.insert(parent.nodes.end(), removed.nodes.begin(), removed.nodes.end());
  std::ranges::sort(parent.nodes);
}

void move_region(Nesting& nesting, RegionId region, RegionId parent) {
  std::erase(nesting.regions[nesting.regions[region].parent].children, region);
  nesting.regions[region].parent = parent;
  nesting.regions[parent].children.push_back(region);
}

std::vector<RegionId> regions_downwards(const Nesting& nesting) {
  std::vector<RegionId> order{0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& children = nesting.regions[order[i]].children;
    order.insert(order.end(), children.begin(), children.end());
  }
  return order;
}

std::vector<RegionId> owners_of_nodes(const Nesting& nesting, std::size_t node_count) {
  std::vector<RegionId> owners(node_count, kNone);
  for (const RegionId region : regions_downwards(nesting)) {
    for (const NodeId node : nesting.regions[region].nodes) owners[node] = region;
  }
  return owners;
}

}  // namespace strata
