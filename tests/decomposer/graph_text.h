#pragma once

#include <string>
#include <string_view>

#include "decomposer/graph/graph.h"

namespace strata {

// Graphs in a few readable lines, for tests:
//
//   input %x : fp32[1,64,768]
//   parameter %w "layer.0.weight" : fp32[768,768]      also `buffer` and `constant`
//   class layer.0 = package.Layer                      what a frame is called (by its path)
//   %y = aten::linear(%x, %w, None) : fp32[1,64,768] @layer.0
//   %a, %b = aten::chunk(%y, 2, dim=-1) : fp32[1,64,384], fp32[1,64,384]
//   return %a, %b
//
// Operators are looked up in LibTorch; arguments may be named, left-out ones get their defaults. An
// argument is a value
// (%x), None, True, an integer, a float (also inf, -inf), a "string", an element type (fp32, i64,
// bool), or a list of these in brackets. Tensors are contiguous; `fp32[2,3]{1,2}` gives strides.
// Frames: `@model/layer.0/attn` is the module `model.layer.0.attn`, three frames below the root,
// made when first named; `layer.0@1` is its second call.
// `#` starts a comment. A line that can't be read throws strata::Error with the line in it.
Graph graph_from_text(std::string_view text);

// The node that makes the value; throws when there is none.
NodeId maker_of(const Graph& graph, std::string_view value);
// The value of this name; throws when there is none.
ValueId value_of(const Graph& graph, std::string_view name);
// A graph's nodes as `%y = aten::linear(%x, %w, None)`, one per line, with defaults filled in: what
// a test compares.
std::string to_text(const Graph& graph);

}  // namespace strata
