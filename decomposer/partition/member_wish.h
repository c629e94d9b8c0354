#pragma once

#include <optional>
#include <string>
#include <vector>

#include "decomposer/tree/tree.h"

namespace strata {

bool is_number(const std::string& part);

// A child that wants a name: `before` is what may be put in front of `leaf`, nearest last.
struct Wish {
  std::vector<std::string> before;
  std::string leaf;
  std::optional<std::int32_t> index;
  std::string origin;  // children of one origin share a name and differ by index or by number
  std::string operation;
  bool by_weights = false;  // named after the module of its parameters
  bool listed = false;      // the author's path ends in a number
  std::size_t used = 0;     // how much of `before` is in use

  std::string name() const;
};

// An item of a list in a list becomes one of a list of its own: `blocks.1.0` is item 0 of
// `blocks_1`. False where the author named no list.
bool item_of_a_list_in_a_list(Wish& wish);
// Items of a list without a name that do the same, one after another, are a list of their own.
void list_neighbours(std::vector<Wish>& wishes);
// Children that run in a row, each on what the one before made, and that the author numbered by
// name, `b1`, `b2` and `b3`, are items of `b`, and so are others that are called so. One wish per
// child of the component.
void list_rows(const Component& component, const std::vector<Component>& components,
               std::vector<Wish>& wishes);

}  // namespace strata
