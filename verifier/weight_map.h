#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "decomposer/tree/tree.h"

namespace strata {

// One line of a weight map: a parameter or buffer of the original, whole or a view of it, and a
// member tensor of the refactored component. A tied weight has several lines, one for each of its
// places.
struct WeightLine {
  std::string original;  // "transformer.h.0.ln_1.weight"
  std::string slice;     // Parameter::slice; "" for the whole
  std::string place;     // dotted member path below the component: "h_0.ln_1.weight"
  friend bool operator==(const WeightLine&, const WeightLine&) = default;
};

// What the place gets: the original's name, with the slice when there is one; "nothing" for an
// empty line.
std::string weight_text(const WeightLine& line);

// The lines that the tree asks for, for one instance and all that is below it; by place.
std::vector<WeightLine> weight_lines(const Graph& normalised, const Tree& tree,
                                     InstanceId instance);

// The lines of a step's weight_map.json (docs/output_folder.md) for one of its instances. Throws
// Error{"weight_map.read"} with the place for anything but that document, and when it has no such
// instance, and Error{"weight_map.contradiction"} when a module that is called more than once has
// entries that differ.
std::vector<WeightLine> read_weight_lines(const std::filesystem::path& file,
                                          const Instance& instance);

// The lines of a weight map that a person wrote: {"original name": "place" or ["place", ...]}, or a
// step's weight_map.json, whose "original" entries give the places of a flat original's members.
// Throws Error{"weight_map.read"} with the place for anything else: an unknown entry, a name that
// stands there twice.
std::vector<WeightLine> read_weight_map(const std::filesystem::path& file);

struct MemberTensor;

// Lines made by name and structure. `prefix`: the module's path, which names in the graph start
// with and places don't. `known`: the lines of the component that decomposing the program gives: a
// place of theirs takes what they say. Any other takes the original of its own name, or one tied to
// it, where '.' and '_' count as alike; one without takes the only one left of its shape and dtype
// whose last name is the same, or else the only one left of its shape and dtype, or else the one
// whose name is most like its own, when that holds the other way round, too. What stays open is
// left out, and resolve_weights says so. A wrong guess makes the numbers differ: it never passes.
std::vector<WeightLine> automatic_weight_map(const Graph& graph,
                                             const std::vector<ParameterId>& needed,
                                             const std::string& prefix,
                                             const std::vector<MemberTensor>& places,
                                             const std::vector<WeightLine>& known = {});

// A member tensor as the compiled component registers it.
struct MemberTensor {
  std::string path;
  std::vector<std::int64_t> sizes;
  ScalarType dtype = ScalarType::kFloat32;
  bool buffer = false;  // registered as a buffer, not as a parameter
};

// Which parameter of the graph goes to which place.
using WeightMap = std::map<std::string, ParameterId>;

// Resolves lines against the original's parameters and the component's places. Throws
// Error{"weight_map. ..."} when the transfer can't be made without guessing:
//   unknown_original, unknown_place   a line names what is not there (the nearest names are listed)
//   contradiction                     a place gets two different weights
//   unmapped_place                    a place gets none
//   unmapped_original                 a parameter of `needed` goes nowhere
//   shape                             sizes or dtypes differ
WeightMap resolve_weights(const std::vector<WeightLine>& lines, const Graph& graph,
                          const std::vector<ParameterId>& needed,
                          const std::vector<MemberTensor>& places);

}  // namespace strata
