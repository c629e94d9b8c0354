#include "decomposer/load/build_graph.h"

#include <utility>

#include "decomposer/load/graph_builder.h"

namespace strata {

Graph build_graph(const Program& program, ArchiveWeights& weights, std::string name) {
  Graph graph = GraphBuilder(program, weights).build();
  graph.name = std::move(name);
  return graph;
}

}  // namespace strata
