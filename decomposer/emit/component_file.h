#pragma once

#include <string>
#include <vector>

#include "decomposer/emit/body.h"
#include "decomposer/tree/tree.h"

namespace strata {

// How a tensor of a component's test inputs is made.
struct InputRule {
  enum class Kind { kNormal, kZeros, kIntegers } kind = Kind::kNormal;
  std::int64_t low = 0;   // kIntegers: the lowest
  std::int64_t high = 2;  // and one more than the highest
  friend bool operator==(const InputRule&, const InputRule&) = default;
};

// What the file's text needs beside the component itself.
struct FileContext {
  std::string name;               // the namespace
  std::string heading;            // the comment at the top, sentences separated by newlines
  std::vector<InputRule> inputs;  // one per input
};

// The whole text of a component's file. Components are those of the tree: children are looked up in
// them.
std::string component_text(const std::vector<Component>& components, const Component& component,
                           const FileContext& context);

// What callers have to know of the tree's components.
CalleeTraits callee_traits(const std::vector<Component>& components);

// "GPT2Block: the layer of the model, 12 instances: ...\nFrom transformers....": what the top of
// the file says.
std::string heading_of(const Tree& tree, ComponentId component);

}  // namespace strata
