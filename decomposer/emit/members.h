#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "decomposer/tree/tree.h"

namespace strata {

// A member of a parent: one child, or equal children in a row as a list.
struct Member {
  std::string name;    // "attn", "h"
  std::string prefix;  // a list's children are registered as prefix + "_" + index: "h"
  ComponentId component = kNone;
  bool is_list = false;
  std::int32_t first = 0;  // index of the list's first child, as registered
  std::int32_t count = 1;
};

// Where a child lives: a member, and its place in it when that is a list.
struct ChildPlace {
  std::int32_t member = kNone;
  std::int32_t position = 0;
};

struct Members {
  std::vector<Member> members;     // in the order of the component's children
  std::vector<ChildPlace> places;  // one per child
};

// Groups a component's children: neighbours of one list that have the same component become a
// std::vector. A list whose children differ ("h" 0 differs from 1 to 5) becomes several members:
// "h_0" and "h".
Members members_of(const Component& component);

}  // namespace strata
