#pragma once

#include <string>
#include <vector>

#include "decomposer/cover/cover.h"
#include "decomposer/graph/graph.h"

namespace strata {

using RegionId = std::int32_t;  // index into Nesting::regions

// A set of nodes that becomes one component instance.
struct Region {
  int level = 0;
  RegionId parent = kNone;
  std::int32_t kernel = kNone;  // level 0: index into Cover::kernels
  FrameId frame = 0;            // the frame it stands for, or the innermost one that holds it
  bool authored = false;        // it is one whole frame; otherwise found in the data flow
  std::string operation;        // what it is called: "gpt2_block", "linear"
  std::string class_name;       // the author's class; "" when not authored
  std::vector<NodeId> nodes;    // its own nodes, without its children's; ascending
  std::vector<RegionId> children;
};

// Regions in regions: the tree before it has bodies. Region 0 is the model. Regions that were
// dissolved stay in the list, but nothing refers to them.
struct Nesting {
  std::vector<Region> regions;
  std::vector<LogEntry> log;
};

RegionId add_region(Nesting& nesting, RegionId parent, Region region);
// Gives a region's nodes and children to its parent.
void dissolve(Nesting& nesting, RegionId region);
// Makes `region` a child of `parent`, wherever it was.
void move_region(Nesting& nesting, RegionId region, RegionId parent);

// The regions that belong to the tree, parents before children.
std::vector<RegionId> regions_downwards(const Nesting& nesting);
// For every node the region that owns it.
std::vector<RegionId> owners_of_nodes(const Nesting& nesting, std::size_t node_count);

}  // namespace strata
