#include "decomposer/schema/argument.h"

namespace strata {

std::vector<ValueRef> tensors_in(const Argument& argument) {
  std::vector<ValueRef> found;
  if (const auto* one = std::get_if<ValueRef>(&argument)) {
    if (one->present()) found.push_back(*one);
  } else if (const auto* list = std::get_if<std::vector<ValueRef>>(&argument)) {
    for (const ValueRef value : *list) {
      if (value.present()) found.push_back(value);
    }
  }
  return found;
}

}  // namespace strata
