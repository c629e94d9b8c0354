#pragma once

#include <unordered_map>

namespace strata {

// The components' frames of a compiled tree, observed from outside: which of a library's
// `Model::forward` functions are running on this thread. Components are compiled without inlining,
// so each has a frame of its own. Code in the process can forge its stack: what is seen here is a
// witness for consistency, not a boundary.
class ForwardFrames {
 public:
  // `inside`: the address of anything in the library.
  explicit ForwardFrames(const void* inside);

  // How many of them are running now, one inside the other.
  int depth();

 private:
  bool is_forward(const char* address);

  const char* begin_ = nullptr;  // of the library in memory
  const char* end_ = nullptr;
  std::unordered_map<const char*, bool> known_;  // return addresses that were looked up
};

}  // namespace strata
