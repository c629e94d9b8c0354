#include "anticheat/policy/policy.h"

namespace strata {

// The specification's list of data plumbing in its C++ spellings.
std::vector<OperatorEntry> plumbing_policy() {
  const std::string view = "another view of the same elements";
  const std::string part = "picks elements by fixed positions";
  const std::string join = "puts tensors side by side";
  const std::string copy = "the same elements, elsewhere or as another type";
  return {
      {"view", "T#", view},
      {"_unsafe_view", "T#", "view by another name"},
      {"view_as_real", "T", "complex numbers as pairs of numbers, the same memory"},
      {"view_as_complex", "T", "pairs of numbers as complex numbers, the same memory"},
      {"view_as", "TT", "a view with another tensor's shape; of that one only the shape is read"},
      {"reshape", "T#", view},
      {"reshape_as", "TT",
       "a reshape to another tensor's shape; of that one only the shape is read"},
      {"flatten", "T#", view},
      {"unflatten", "T#", view},
      {"permute", "T#", view},
      {"transpose", "T#", view},
      {"swapaxes", "T#", "transpose by another name"},
      {"swapdims", "T#", "transpose by another name"},
      {"movedim", "T#", "permute by another name"},
      {"moveaxis", "T#", "permute by another name"},
      {"t", "T", "transpose of a matrix"},
      {"numpy_T", "T", "transpose of a matrix"},
      {"mT", "T", "transpose of the last two dimensions"},
      {"expand", "T#", "repeats elements without copying them"},
      {"expand_as", "TT", "expand to another tensor's shape; of that one only the shape is read"},
      {"broadcast_to", "T#", "expand by another name"},
      {"expand_copy", "T#", "repeats elements"},
      {"squeeze", "T#", view},
      {"squeeze_copy", "T#", copy},
      {"unsqueeze", "T#", view},
      {"repeat", "T#", "repeats elements"},
      {"tile", "T#", "repeat by another name"},
      {"diagonal", "T#", part},
      {"repeat_interleave", "T#", "repeats elements, each a fixed number of times"},
      {"cat", "L#", join},
      {"concat", "L#", join},
      {"concatenate", "L#", join},
      {"stack", "L#", join},
      {"hstack", "L", join},
      {"vstack", "L", join},
      {"split", "T#", part},
      {"split_with_sizes", "T#", part},
      {"chunk", "T#", part},
      {"tensor_split", "T#", part},
      {"unbind", "T#", part},
      {"slice", "T#", part},
      {"select", "T#", part},
      {"narrow", "T#", part},
      {"index", "T#",
       "by integers, slices, ellipsis and None; by a tensor it would be an embedding"},
      {"operator[]", "T#", "select by an integer"},
      {"contiguous", "T#", copy},
      {"clone", "T#", copy},
      {"to", "TD", copy},
      {"_to_copy", "TD", copy},
      {"type_as", "TT", "a cast to another tensor's dtype; of that one only the dtype is read"},
      {"masked_fill", "TT#", "overwrites with a constant where a mask says so"},
  };
}

}  // namespace strata
