#pragma once

#include <string>
#include <unordered_map>
#include <vector>

namespace strata {

// The components' frames of a compiled tree, observed from outside: which of a library's
// `Model::forward` functions are running on this thread. Components are compiled without inlining,
// so each has a frame of its own. Code in the process can forge its stack: what is seen here is a
// witness for consistency, not a boundary.
class ForwardFrames {
 public:
  // `inside`: the address of anything in the library.
  explicit ForwardFrames(const void* inside);

  // Where those are that are running now, the innermost first; of all but that one the place of a
  // call.
  std::vector<const char*> running();

  // How many of them there are.
  int depth() { return static_cast<int>(running().size()); }

  // The component whose forward holds the address: "relu_2x4_fp32"; "" for any other.
  static std::string component_at(const char* address);

 private:
  bool is_forward(const char* address);

  const char* begin_ = nullptr;  // of the library in memory
  const char* end_ = nullptr;
  std::unordered_map<const char*, bool> known_;  // return addresses that were looked up
};

}  // namespace strata
