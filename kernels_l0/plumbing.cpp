#include "kernels_l0/plumbing.h"

#include <unordered_set>

namespace strata {

bool moves_data_only(std::string_view name) {
  static const std::unordered_set<std::string_view> names = {"view",
                                                             "reshape",
                                                             "flatten",
                                                             "unflatten",
                                                             "permute",
                                                             "transpose",
                                                             "expand",
                                                             "squeeze",
                                                             "unsqueeze",
                                                             "repeat",
                                                             "cat",
                                                             "stack",
                                                             "split",
                                                             "chunk",
                                                             "unbind",
                                                             "slice",
                                                             "select",
                                                             "contiguous",
                                                             "clone",
                                                             "to",
                                                             "masked_fill",
                                                             "t",
                                                             "numpy_T",
                                                             "narrow",
                                                             "split_with_sizes",
                                                             "movedim",
                                                             "swapaxes",
                                                             "_unsafe_view",
                                                             "mT",
                                                             "unfold",
                                                             "concat",
                                                             "concatenate",
                                                             "_to_copy",
                                                             "tile",
                                                             "hstack",
                                                             "vstack",
                                                             "tensor_split",
                                                             "expand_copy",
                                                             "broadcast_to",
                                                             "swapdims",
                                                             "moveaxis",
                                                             "diagonal",
                                                             "view_as_real",
                                                             "view_as_complex",
                                                             "detach",
                                                             "alias",
                                                             "repeat_interleave",
                                                             "squeeze_copy",
                                                             "copy"};
  return names.contains(name);
}

}  // namespace strata
