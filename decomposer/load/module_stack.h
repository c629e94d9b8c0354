#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "decomposer/graph/graph.h"

namespace strata {

// One entry of a node's nn_module_stack: `key,path,class`.
struct ModuleCall {
  std::string_view path;
  std::string_view class_name;
  int call = 0;  // from the key's suffix "@N"; 0 without one
};

// Splits "L__self__,,Net;L__self___h.0@1,h.0,Block" at ';' and ',' outside brackets. Empty for the
// sentinel
// `_empty_nn_module_stack_from_metadata_hook`. Throws Error{"load.module_stack"} when an entry
// hasn't three parts.
std::vector<ModuleCall> parse_module_stack(std::string_view text);

// Collects the frames that nodes' stacks name.
class FrameTable {
 public:
  FrameTable();

  // The innermost frame of a stack; kNone when the stack names none.
  FrameId frame_of(std::string_view module_stack);
  std::vector<Frame> take() { return std::move(frames_); }

 private:
  std::vector<Frame> frames_;
  std::map<std::pair<FrameId, std::string>, FrameId> children_;
  std::unordered_map<std::string_view, FrameId> known_;  // by the whole text
};

// Gives each node without a frame the innermost frame that encloses its neighbours with one, so
// that frames stay contiguous runs of nodes; the root at the ends.
void fill_missing_frames(Graph& graph);

}  // namespace strata
